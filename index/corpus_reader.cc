// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/system_error.h"
#include "index/folder_walker.h"
#include "index/guarded.h"
#include "index/json_lines.h"
#include "index/text_file.h"
#include "kwic/corpus.h"

namespace kwic {
namespace {

constexpr std::string_view kJsonLines = ".jsonl";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_standard_input(std::string_view path) { return path == "-"; }

// The builder's own temporary files: they come and go while it works, so they
// are not even reported.
bool is_temporary_of_builder(std::string_view name) {
  return name.starts_with('.') &&
         name.find(".kwic-tmp.") != std::string_view::npos;
}

std::string_view last_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

Status cancelled() {
  return {StatusCode::kCancelled, "reading the documents was cancelled"};
}

class CorpusReader {
 public:
  CorpusReader(const CorpusOptions& options, const DocumentSink& sink)
      : options_(options), sink_(sink) {}

  Result<CorpusReport> run() {
    if (Status s = look_at_paths(); !s) return s;
    for (const Root& root : roots_) {
      if (Status s = read_root(root); !s) return s;
    }
    return report_;
  }

 private:
  using FileKey = std::pair<std::uint64_t, std::uint64_t>;  // device, inode
  struct Root {
    std::string path;
    bool folder = false;
    std::uint64_t size = 0;
    FileKey key = {};
  };

  Status look_at_paths();
  void add_up_sizes();
  Status read_root(const Root& root);
  Status read_folder(const std::string& path);
  Status read_found(const FoundFile& found);
  Status read_file(int folder, const char* name, bool follow_link,
                   std::string_view path, std::string_view id);
  Status read_json_file(const std::string& path);
  Status read_json_lines(int fd, const std::string& name);
  Status read_json_line(const LineReader::Line& line, const std::string& name);
  Status deliver(const Document& document, std::string_view path);
  void skip(std::string_view path, SkipReason reason, std::string_view detail);
  bool go_on() const;
  WalkOptions walk_options() const;
  bool is_excluded(const FileKey& key) const;

  const CorpusOptions& options_;
  const DocumentSink& sink_;
  CorpusReport report_;
  std::vector<Root> roots_;
  std::vector<FileKey> excluded_;
  std::uint64_t done_ = 0;   // bytes of files gone through
  std::uint64_t total_ = 0;  // bytes of all files, where known
  JsonLineParser parser_;
  std::string text_;  // of the file being read
};

Status CorpusReader::look_at_paths() {
  if (options_.paths.empty()) {
    return {StatusCode::kInvalidArgument,
            "no path to index was given; name a folder, a file, or - for "
            "standard input"};
  }
  for (const std::string& path : options_.paths) {
    Root root;
    root.path = path;
    if (!is_standard_input(path)) {
      struct stat info = {};
      if (::stat(path.c_str(), &info) < 0) {
        return system_error(errno, "read", path);
      }
      root.key = {info.st_dev, info.st_ino};
      root.folder = S_ISDIR(info.st_mode);
      root.size =
          S_ISREG(info.st_mode) ? static_cast<std::uint64_t>(info.st_size) : 0;
    }
    roots_.push_back(std::move(root));
  }
  for (const std::string& path : options_.exclude) {
    struct stat info = {};
    if (::stat(path.c_str(), &info) == 0) {
      excluded_.emplace_back(info.st_dev, info.st_ino);
    }
  }
  if (options_.progress) add_up_sizes();
  return {};
}

// Walks all folders once for the sizes only: an estimate, so whatever goes
// wrong is left to the reading.
void CorpusReader::add_up_sizes() {
  WalkOptions walk = walk_options();
  walk.skip = [](auto, auto, auto) {};
  walk.visit = [&](const FoundFile& found) -> Status {
    total_ += static_cast<std::uint64_t>(found.info.st_size);
    return options_.progress(0, 0) ? Status() : cancelled();
  };
  for (const Root& root : roots_) {
    if (is_standard_input(root.path)) {
      total_ = 0;
      return;
    }
    total_ += root.size;
    if (root.folder) (void)walk_folder(root.path, walk);
  }
}

WalkOptions CorpusReader::walk_options() const {
  WalkOptions walk;
  walk.follow_links = options_.follow_links;
  walk.max_depth = options_.max_depth;
  return walk;
}

Status CorpusReader::read_root(const Root& root) {
  const std::string& path = root.path;
  if (is_standard_input(path)) {
    return read_json_lines(STDIN_FILENO, "standard input");
  }
  if (is_excluded(root.key)) {
    skip(path, SkipReason::kOwnIndex, {});
    return {};
  }
  if (root.folder) return read_folder(path);
  if (path.ends_with(kJsonLines)) return read_json_file(path);
  const bool alone = roots_.size() == 1;
  Status s = read_file(AT_FDCWD, path.c_str(), true, path,
                       alone ? last_name(path) : path);
  done_ += root.size;
  return s;
}

Status CorpusReader::read_folder(const std::string& path) {
  WalkOptions walk = walk_options();
  walk.skip = [this](std::string_view where, SkipReason reason,
                     std::string_view detail) { skip(where, reason, detail); };
  walk.visit = [this](const FoundFile& found) { return read_found(found); };
  return walk_folder(path, walk);
}

Status CorpusReader::read_found(const FoundFile& found) {
  if (is_temporary_of_builder(found.name)) return {};
  Status s;
  if (is_excluded({found.info.st_dev, found.info.st_ino})) {
    skip(found.path, SkipReason::kOwnIndex, {});
  } else {
    s = read_file(found.folder, found.name, found.through_link, found.path,
                  roots_.size() == 1 ? found.relative : found.path);
  }
  done_ += static_cast<std::uint64_t>(found.info.st_size);
  return s;
}

bool CorpusReader::is_excluded(const FileKey& key) const {
  return std::find(excluded_.begin(), excluded_.end(), key) != excluded_.end();
}

Status CorpusReader::read_file(int folder, const char* name, bool follow_link,
                               std::string_view path, std::string_view id) {
  if (!go_on()) return cancelled();
  const TextFile file =
      read_text_file(folder, name, follow_link, options_.max_file_bytes, text_);
  if (file.skipped) {
    skip(path, *file.skipped, file.detail);
    return {};
  }
  report_.bytes_read += text_.size();
  Document document;
  document.id = id;
  document.body = text_;
  document.modified = file.modified;
  return deliver(document, path);
}

Status CorpusReader::read_json_file(const std::string& path) {
  const int fd =
      ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) {
    skip(path, SkipReason::kUnreadable, std::generic_category().message(errno));
    return {};
  }
  struct stat info = {};
  Status s;
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
    s = read_json_lines(fd, path);
  } else {
    skip(path, SkipReason::kNotRegular, {});
  }
  ::close(fd);
  return s;
}

Status CorpusReader::read_json_lines(int fd, const std::string& name) {
  LineReader lines(fd, name);
  LineReader::Line line;
  const std::uint64_t done_before = done_, read_before = report_.bytes_read;
  for (bool more = true;;) {
    if (Status s = lines.next(line, more); !s) {
      if (s.code() != StatusCode::kIo) return s;
      skip(name, SkipReason::kUnreadable, s.message());
      return {};
    }
    done_ = done_before + lines.bytes_read();
    report_.bytes_read = read_before + lines.bytes_read();
    if (!more) return {};
    if (Status s = read_json_line(line, name); !s) return s;
  }
}

Status CorpusReader::read_json_line(const LineReader::Line& line,
                                    const std::string& name) {
  std::string_view text = line.text;
  if (line.number == 1 && text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  if (!line.too_long && is_blank(text)) return {};
  if (!go_on()) return cancelled();
  Document document;
  const char* wrong =
      line.too_long ? "longer than 64 MiB" : parser_.parse(text, document);
  if (wrong == nullptr && document.body.size() <= options_.max_file_bytes) {
    return deliver(document, name + ':' + std::to_string(line.number));
  }
  skip(name + ':' + std::to_string(line.number),
       wrong != nullptr ? SkipReason::kBadLine : SkipReason::kTooLarge,
       wrong != nullptr ? wrong : "");
  return {};
}

Status CorpusReader::deliver(const Document& document, std::string_view path) {
  Status s = sink_(document);
  if (s.ok()) {
    ++report_.documents;
    return s;
  }
  if (s.code() != StatusCode::kInvalidArgument &&
      s.code() != StatusCode::kLimit) {
    return s;
  }
  skip(path, SkipReason::kRejected, s.message());
  return {};
}

void CorpusReader::skip(std::string_view path, SkipReason reason,
                        std::string_view detail) {
  ++report_.skipped[static_cast<std::size_t>(reason)];
  if (options_.skipped) options_.skipped(path, reason, detail);
}

bool CorpusReader::go_on() const {
  return !options_.progress || options_.progress(done_, total_);
}

}  // namespace

const char* skip_reason_name(SkipReason reason) noexcept {
  switch (reason) {
    case SkipReason::kBinary: return "binary file";
    case SkipReason::kNotRegular: return "device, FIFO or socket";
    case SkipReason::kSymbolicLink: return "symbolic link";
    case SkipReason::kLinkLoop: return "link loop";
    case SkipReason::kTooLarge: return "too large";
    case SkipReason::kTooDeep: return "too deep";
    case SkipReason::kUnreadable: return "unreadable";
    case SkipReason::kBadLine: return "bad JSON line";
    case SkipReason::kRejected: return "refused document";
    case SkipReason::kOwnIndex: return "kwic index";
  }
  return "unknown reason";
}

Result<CorpusReport> read_corpus(const CorpusOptions& options,
                                 const DocumentSink& sink) {
  return guarded([&] { return CorpusReader(options, sink).run(); });
}

}  // namespace kwic
