// SPDX-License-Identifier: Apache-2.0
// TextStorer: spilled texts in, doc store out, in the order of the documents.
//
// First every document's place in the spills is noted, in order, in a temporary
// file of 16 bytes each; then store() reads that list twice: for the sample the
// store's codec is trained on, and for the texts themselves.
#ifndef KWIC_INDEX_TEXT_STORER_H_
#define KWIC_INDEX_TEXT_STORER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "format/doc_store_writer.h"
#include "index/file_appender.h"
#include "index/text_spill.h"
#include "kwic/status.h"

namespace kwic {

class TextStorer {
 public:
  struct Setup {
    std::vector<const TextSpill*> spills;
    std::unique_ptr<WritableFile> list;
    std::size_t cache_bytes = 0;
    DocStoreSections sections{};
    DocStoreOptions options;
  };
  explicit TextStorer(Setup setup);

  // Notes the next document's text. REQUIRES: size <= kMaxBodyBytes.
  Status note(std::uint32_t spill, std::uint64_t address, std::uint64_t size);

  // Called now and then, on the thread of store(), with the share that is done;
  // an error ends the work.
  using Checkpoint = std::function<Status(double)>;

  // Writes the store. May run on another thread than note() did.
  Status store(const Checkpoint& checkpoint) noexcept;

 private:
  using Visitor = std::function<Status(std::string_view)>;
  Status store_all();
  // Visits the text of every `stride`th document.
  Status visit(std::uint64_t stride, const Visitor& visitor);
  Status check(std::size_t text_bytes);

  Setup setup_;
  FileAppender list_;
  TextReader reader_;
  std::uint64_t text_bytes_ = 0;
  std::uint64_t documents_ = 0;
  const Checkpoint* checkpoint_ = nullptr;
  std::uint64_t stored_bytes_ = 0;
  std::uint64_t unchecked_bytes_ = 0;  // read since the last checkpoint
};

}  // namespace kwic

#endif  // KWIC_INDEX_TEXT_STORER_H_
