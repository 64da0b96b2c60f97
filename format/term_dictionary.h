// SPDX-License-Identifier: Apache-2.0
// Here is a term, give me its figures; here is a prefix, give me its terms.
//
// Reads the sections that TermDictionaryWriter wrote. Thread-safe; constant.
// Damaged sections give wrong or missing terms, never a crash or a long loop.
#ifndef KWIC_FORMAT_TERM_DICTIONARY_H_
#define KWIC_FORMAT_TERM_DICTIONARY_H_

#include <cstdint>
#include <functional>
#include <string_view>

#include "format/index_file.h"
#include "format/section_view.h"
#include "format/term_info.h"
#include "kwic/status.h"

namespace kwic {

class TermDictionary {
 public:
  TermDictionary() = default;
  // Views into `file`, which must outlive this.
  explicit TermDictionary(const IndexFile& file);

  // Finds a term. No allocation, one dictionary block touched.
  bool find(std::string_view term, TermInfo& info) const noexcept;

  // Calls `visit(term, info)` for each term >= `from` in order until it
  // returns false or the terms end. kCorrupt where a block makes no sense.
  Status scan(std::string_view from,
              const std::function<bool(std::string_view, const TermInfo&)>&
                  visit) const;

  std::uint64_t term_count() const noexcept { return term_count_; }

 private:
  SectionView heads_, offsets_, blocks_;
  std::uint64_t term_count_ = 0;
};

}  // namespace kwic

#endif  // KWIC_FORMAT_TERM_DICTIONARY_H_
