// SPDX-License-Identifier: Apache-2.0
// xapian_peer: Xapian (glass) behind the comparison protocol.
//
// Xapian takes postings, so the text is analyzed by kwic's simple analyzer.
// Documents keep their external id as data (and the text with --store); there
// are no term lists. Optimizing is compaction at its fullest.
#include <xapian.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "analysis/analyzer.h"
#include "bench/rivals/peer_driver.h"

namespace kwic::bench {
namespace {

constexpr std::size_t kMostTermBytes = 245;  // Xapian's limit

class XapianPeer final : public PeerEngine {
 public:
  void begin_build(const std::string& folder, bool keep_text) override {
    keep_text_ = keep_text;
    writable_ = Xapian::WritableDatabase(
        path_in(folder), Xapian::DB_CREATE_OR_OVERWRITE |
                             Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_TERMLIST);
  }
  void add(std::string_view id, std::string_view text) override {
    Xapian::Document document;
    tokens_.clear();
    analyzer_for(AnalyzerKind::kSimple).analyze(text, 0, tokens_);
    for (const Token& token : tokens_.tokens) {
      document.add_posting(
          std::string(tokens_.term(token).substr(0, kMostTermBytes)),
          token.position);
    }
    std::string data(id);
    if (keep_text_) data.append("\n").append(text);
    document.set_data(data);
    writable_.add_document(document);
  }
  void end_build() override { writable_.commit(); }

  void optimize(const std::string& folder) override {
    const std::string path = path_in(folder);
    const std::string compacted = path + ".compacted";
    Xapian::Database(path).compact(compacted, Xapian::Compactor::FULLER);
    std::filesystem::remove_all(path);
    std::filesystem::rename(compacted, path);
  }

  void open(const std::string& folder) override {
    database_ = Xapian::Database(path_in(folder));
  }

  void run(Command command, const PeerQuery& query,
           PeerAnswer& answer) override {
    answer.top.clear();
    if (command == Command::kCount && query.kind == "term") {
      answer.count = database_.get_termfreq(query.clauses[0].terms[0]);
      return;
    }
    Xapian::Enquire enquire(database_);
    enquire.set_query(query_of(query));
    if (command == Command::kCount) {
      enquire.set_weighting_scheme(Xapian::BoolWeight());
    } else {
      enquire.set_weighting_scheme(Xapian::BM25Weight(1.2, 0, 0, 0.75, 0));
    }
    const Xapian::MSet found = enquire.get_mset(
        0, command == Command::kCount ? 0 : 10,
        command == Command::kTop10 ? 0 : database_.get_doccount());
    for (auto hit = found.begin(); hit != found.end(); ++hit) {
      answer.top.push_back({*hit, hit.get_weight()});
    }
    answer.count = found.get_matches_estimated();
  }

  std::string id_of(std::uint64_t doc) override {
    const std::string data =
        database_.get_document(static_cast<Xapian::docid>(doc)).get_data();
    return data.substr(0, data.find('\n'));
  }

 private:
  static std::string path_in(const std::string& folder) {
    return folder + "/xapian";
  }

  static Xapian::Query query_of(const PeerQuery& query) {
    std::vector<std::string> terms;
    for (const PeerQuery::Clause& clause : query.clauses) {
      for (const std::string& term : clause.terms) {
        terms.push_back(term.substr(0, kMostTermBytes));
      }
    }
    const Xapian::Query::op op = query.kind == "phrase"
                                     ? Xapian::Query::OP_PHRASE
                                 : query.kind == "and" ? Xapian::Query::OP_AND
                                                       : Xapian::Query::OP_OR;
    return Xapian::Query(op, terms.begin(), terms.end(),
                         op == Xapian::Query::OP_PHRASE
                             ? static_cast<Xapian::termcount>(terms.size())
                             : 0);
  }

  bool keep_text_ = false;
  TokenBuffer tokens_;
  Xapian::WritableDatabase writable_;
  Xapian::Database database_;
};

}  // namespace
}  // namespace kwic::bench

int main(int argc, char** argv) {
  try {
    kwic::bench::XapianPeer engine;
    return kwic::bench::run_peer("xapian", engine, argc, argv);
  } catch (const Xapian::Error& error) {
    std::fprintf(stderr, "xapian_peer: %s\n", error.get_msg().c_str());
    return 1;
  }
}
