// SPDX-License-Identifier: Apache-2.0
// fts5_peer: SQLite's FTS5 behind the comparison protocol.
//
// The table is contentless (no text is kept) unless --store is given; external
// ids are in a table beside it. Built in one transaction without journal, then
// 'optimize' and VACUUM. Queries run on an immutable, mapped file.
#include <sqlite3.h>

#include <stdexcept>

#include "bench/rivals/peer_driver.h"

namespace kwic::bench {
namespace {

class Statement {
 public:
  Statement() = default;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  void prepare(sqlite3* database, const char* sql) {
    sqlite3_finalize(statement_);
    database_ = database;
    check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT,
                             &statement_, nullptr));
  }
  void bind(int at, std::string_view text) {
    check(sqlite3_bind_text64(statement_, at, text.data(), text.size(),
                              SQLITE_STATIC, SQLITE_UTF8));
  }
  void bind(int at, std::uint64_t number) {
    check(
        sqlite3_bind_int64(statement_, at, static_cast<sqlite3_int64>(number)));
  }
  // Whether there is another row.
  bool step() {
    const int result = sqlite3_step(statement_);
    if (result != SQLITE_ROW && result != SQLITE_DONE) check(result);
    return result == SQLITE_ROW;
  }
  void reset() { sqlite3_reset(statement_); }
  std::uint64_t integer(int column) const {
    return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
  }
  double real(int column) const {
    return sqlite3_column_double(statement_, column);
  }
  std::string text(int column) const {
    const auto* p = sqlite3_column_text(statement_, column);
    return p == nullptr ? "" : reinterpret_cast<const char*>(p);
  }

 private:
  void check(int result) const {
    if (result != SQLITE_OK) {
      throw std::runtime_error(sqlite3_errmsg(database_));
    }
  }

  sqlite3* database_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

class Fts5 final : public PeerEngine {
 public:
  ~Fts5() override { close(); }

  void begin_build(const std::string& folder, bool keep_text) override {
    open_file(folder, "", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;");
    execute("CREATE TABLE ids(doc INTEGER PRIMARY KEY, id TEXT);");
    execute(std::string("CREATE VIRTUAL TABLE ft USING fts5(body, ") +
            (keep_text ? "" : "content='', ") +
            "tokenize=\"unicode61 remove_diacritics 0 "
            "categories 'L* N* M*'\");");
    execute("INSERT INTO ft(ft, rank) VALUES('hashsize', 16777216);");
    execute("BEGIN;");
    insert_text_.prepare(database_, "INSERT INTO ft(rowid, body) VALUES(?,?)");
    insert_id_.prepare(database_, "INSERT INTO ids VALUES(?,?)");
  }
  void add(std::string_view id, std::string_view text) override {
    ++documents_;
    insert(insert_text_, text);
    insert(insert_id_, id);
  }
  void end_build() override { execute("COMMIT;"); }

  void optimize(const std::string& folder) override {
    open_file(folder, "", SQLITE_OPEN_READWRITE);
    execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;");
    execute("INSERT INTO ft(ft) VALUES('optimize'); VACUUM;");
  }

  void open(const std::string& folder) override {
    open_file(folder, "?immutable=1", SQLITE_OPEN_READONLY);
    execute("PRAGMA mmap_size=1099511627776; PRAGMA cache_size=-65536;");
    count_.prepare(database_, "SELECT count(*) FROM ft WHERE ft MATCH ?");
    top_.prepare(database_,
                 "SELECT rowid, rank FROM ft WHERE ft MATCH ? "
                 "ORDER BY rank LIMIT 10");
    id_.prepare(database_, "SELECT id FROM ids WHERE doc = ?");
  }

  void run(Command command, const PeerQuery& query,
           PeerAnswer& answer) override {
    const std::string match = match_of(query);
    answer.top.clear();
    if (command != Command::kCount) {
      top_.bind(1, match);
      while (top_.step()) {
        answer.top.push_back({top_.integer(0), -top_.real(1)});
      }
      top_.reset();
    }
    if (command != Command::kTop10) {
      count_.bind(1, match);
      answer.count = count_.step() ? count_.integer(0) : 0;
      count_.reset();
    }
  }

  std::string id_of(std::uint64_t doc) override {
    id_.bind(1, doc);
    const std::string id = id_.step() ? id_.text(0) : "";
    id_.reset();
    return id;
  }

 private:
  // "a" AND "b", "a" OR "b", "a b".
  static std::string match_of(const PeerQuery& query) {
    std::string match;
    for (const PeerQuery::Clause& clause : query.clauses) {
      if (!match.empty()) match += query.kind == "and" ? " AND " : " OR ";
      match += '"';
      for (const std::string& term : clause.terms) match += term + ' ';
      match.back() = '"';
    }
    return match;
  }

  void insert(Statement& statement, std::string_view text) {
    statement.bind(1, documents_);
    statement.bind(2, text);
    statement.step();
    statement.reset();
  }

  void open_file(const std::string& folder, const char* options, int flags) {
    const std::string uri = "file:" + folder + "/fts5.db" + options;
    if (sqlite3_open_v2(uri.c_str(), &database_, flags | SQLITE_OPEN_URI,
                        nullptr) != SQLITE_OK) {
      throw std::runtime_error("cannot open " + uri);
    }
  }
  void execute(const std::string& sql) {
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) !=
        SQLITE_OK) {
      throw std::runtime_error(sqlite3_errmsg(database_));
    }
  }
  // Statements may outlive their connection: sqlite3_close_v2 waits for them.
  void close() { sqlite3_close_v2(database_); }

  sqlite3* database_ = nullptr;
  Statement insert_text_, insert_id_, count_, top_, id_;
  std::uint64_t documents_ = 0;
};

}  // namespace
}  // namespace kwic::bench

int main(int argc, char** argv) {
  kwic::bench::Fts5 engine;
  return kwic::bench::run_peer("fts5", engine, argc, argv);
}
