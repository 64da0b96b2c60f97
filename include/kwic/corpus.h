// SPDX-License-Identifier: Apache-2.0
// read_corpus: folders, files and JSON lines as documents for a builder.
//
//     kwic::CorpusOptions options;
//     options.paths = {"docs", "more.jsonl"};
//     auto report = kwic::read_corpus(options, [&](const kwic::Document& d) {
//       return builder.add(d);
//     });
//
// A folder is walked recursively, in bytewise order of names; each regular
// file that holds text becomes a document whose id is its path relative to the
// folder given, with '/' between names. A file named directly has its name as
// id. Where several paths are given, ids begin with the path as given. Empty
// files are empty documents; files have no title.
//
// A path given that ends in ".jsonl" (or "-", standard input) is read as JSON
// lines of at most 64 MiB: an object with a string "id" (or an integer), and
// strings "title" and "body", which may be null or missing; other members are
// ignored, and of a member that is there twice the last one counts. Lines of
// nothing but white space are passed over.
//
// One bad file or line never stops the reading: it is skipped, counted and
// reported with its reason.
#ifndef KWIC_CORPUS_H_
#define KWIC_CORPUS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kwic/export.h"
#include "kwic/index_builder.h"
#include "kwic/status.h"

namespace kwic {

// Why something was passed over.
enum class SkipReason : std::uint8_t {
  kBinary,        // a NUL byte or a known signature near the start; UTF-16
  kNotRegular,    // device, FIFO or socket
  kSymbolicLink,  // links are followed only when asked
  kLinkLoop,      // a link led back to a folder being walked
  kTooLarge,      // above CorpusOptions::max_file_bytes
  kTooDeep,       // above CorpusOptions::max_depth
  kUnreadable,    // the operating system refused
  kBadLine,       // a JSON line that is not an object with an id
  kRejected,      // the sink refused this document (its id or size)
  kOwnIndex,      // the index being written, or another kwic file
};

// A short phrase for people, such as "binary file". Never null.
KWIC_EXPORT const char* skip_reason_name(SkipReason reason) noexcept;
constexpr int kSkipReasonCount = 10;

struct CorpusOptions {
  std::vector<std::string> paths;  // "-" is standard input
  bool follow_links = false;       // loops end either way
  std::uint64_t max_file_bytes = std::uint64_t{1} << 30;
  int max_depth = 256;  // folders within folders
  // Paths never read as documents: the index being written. Compared by
  // device and inode.
  std::vector<std::string> exclude;
  // Called for each thing skipped: its path (with ":line" for JSON lines), the
  // reason, and a detail that may be empty. May be empty.
  std::function<void(std::string_view path, SkipReason reason,
                     std::string_view detail)>
      skipped;
  // Called before each document with the bytes read so far and the total where
  // it is known (else 0). May be empty. Returning false cancels.
  std::function<bool(std::uint64_t done, std::uint64_t total)> progress;
};

struct CorpusReport {
  std::uint64_t documents = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t skipped[kSkipReasonCount] = {};  // by SkipReason
  std::uint64_t skipped_total() const noexcept {
    std::uint64_t sum = 0;
    for (std::uint64_t n : skipped) sum += n;
    return sum;
  }
};

// Takes one document. An error of code kInvalidArgument or kLimit skips the
// document; any other error ends the reading and is returned.
using DocumentSink = std::function<Status(const Document&)>;

// Reads every path into `sink`. kNotFound if a path given does not exist,
// checked before anything is read. kInvalidArgument if no path is given,
// kCancelled if `progress` cancels.
KWIC_EXPORT Result<CorpusReport> read_corpus(const CorpusOptions& options,
                                             const DocumentSink& sink);

}  // namespace kwic

#endif  // KWIC_CORPUS_H_
