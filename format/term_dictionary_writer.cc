// SPDX-License-Identifier: Apache-2.0
#include "format/term_dictionary_writer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/limits.h"
#include "format/term_block.h"
#include "format/term_figures.h"
#include "format/term_heads.h"

namespace kwic {
namespace {

void append_text(std::string_view text, std::vector<std::uint8_t>& out) {
  const ByteView bytes = as_bytes(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

// Appends what the controls, the initials and the strings have of a term.
void append_next_term(std::string_view before, std::string_view term,
                      std::vector<std::uint8_t>& controls,
                      std::vector<std::uint8_t>& initials,
                      std::vector<std::uint8_t>& out) {
  const std::size_t shared = common_prefix(
      as_bytes(before).data(), before.size(), term.data(), term.size());
  const std::size_t own = term.size() - shared - 1;
  const std::size_t high = std::min<std::size_t>(shared, kLongTermLength);
  const std::size_t low = std::min<std::size_t>(own, kLongTermLength);
  if (high == kLongTermLength) out.push_back(static_cast<std::uint8_t>(shared));
  if (low == kLongTermLength) out.push_back(static_cast<std::uint8_t>(own));
  append_text(term.substr(shared + 1), out);
  controls.push_back(static_cast<std::uint8_t>(high << 4 | low));
  initials.push_back(static_cast<std::uint8_t>(term[shared]));
}

Status append_u64(SectionWriter& section, std::uint64_t value) {
  std::uint8_t bytes[8];
  store_le(bytes, value);
  return section.append(bytes);
}

// Collects the addresses of blocks and writes them, group by group.
class BlockGroups {
 public:
  explicit BlockGroups(SectionWriter& out) : out_(out) {}

  Status add(std::uint64_t address) {
    if (count_ == kBlocksPerGroup) {
      if (Status s = flush(); !s) return s;
    }
    if (count_ == 0) {
      first_ = address;
      store_le(group_, address);
    } else {
      store_le(group_ + 6 + 2 * count_,
               static_cast<std::uint16_t>(address - first_));
    }
    ++count_;
    return {};
  }
  Status flush() {
    if (count_ == 0) return {};
    Status s = out_.append(group_);
    std::fill(std::begin(group_), std::end(group_), std::uint8_t{0});
    count_ = 0;
    return s;
  }

 private:
  SectionWriter& out_;
  std::uint8_t group_[kBlockGroupBytes] = {};
  std::size_t count_ = 0;
  std::uint64_t first_ = 0;
};

// Writes the heads of the blocks, and behind them the upper levels.
class HeadTree {
 public:
  explicit HeadTree(SectionWriter& out) : out_(out) {}

  Status add(std::uint64_t head) {
    if (count_++ % kHeadFanout == 0) level_.push_back(head);
    return append_u64(out_, head);
  }
  Status finish() {
    while (count_ > kHeadFanout) {
      if (Status s = out_.align(1, kHeadsPerLine * 8); !s) return s;
      count_ = 0;
      std::vector<std::uint64_t> below;
      below.swap(level_);
      for (const std::uint64_t head : below) {
        if (Status s = add(head); !s) return s;
      }
    }
    return {};
  }

 private:
  SectionWriter& out_;
  std::uint64_t count_ = 0;           // of the level being written
  std::vector<std::uint64_t> level_;  // the one above it
};

}  // namespace

struct TermDictionaryWriter::Impl {
  Impl(SectionWriter& h, SectionWriter& o, SectionWriter& b)
      : heads(h), groups(o), blocks(b) {}

  Status flush();

  HeadTree heads;
  BlockGroups groups;
  SectionWriter& blocks;

  std::string last;  // the term added last
  std::uint64_t head = 0;
  std::vector<std::uint8_t> controls;
  std::vector<std::uint8_t> initials;
  std::vector<std::uint8_t> strings;
  std::vector<TermInfo> infos;
  std::vector<std::uint8_t> block;
};

Status TermDictionaryWriter::Impl::flush() {
  controls.resize(kTermControlBytes);
  initials.resize(kTermInitialBytes);
  block = controls;
  block.insert(block.end(), initials.begin(), initials.end());
  block.insert(block.end(), strings.begin(), strings.end());
  append_term_figures(infos, block);
  controls.clear();
  initials.clear();
  strings.clear();
  infos.clear();
  if (block.size() > blocks.part_size()) {
    return {StatusCode::kLimit,
            "term blocks: a block of " + std::to_string(block.size()) +
                " bytes does not fit into a section part of " +
                std::to_string(blocks.part_size())};
  }
  if (Status s = blocks.align(block.size()); !s) return s;
  if (Status s = heads.add(head); !s) return s;
  if (Status s = groups.add(blocks.size()); !s) return s;
  return blocks.append(block);
}

TermDictionaryWriter::TermDictionaryWriter(SectionWriter& heads,
                                           SectionWriter& offsets,
                                           SectionWriter& blocks)
    : impl_(new Impl(heads, offsets, blocks)) {}

TermDictionaryWriter::~TermDictionaryWriter() = default;

Status TermDictionaryWriter::add(std::string_view term, const TermInfo& info) {
  Impl& d = *impl_;
  if (term.empty() || term.size() > kMaxTermBytes || term <= d.last ||
      info.doc_freq == 0 || info.collection_freq < info.doc_freq) {
    return {StatusCode::kInternal,
            "term dictionary: a term out of order or without documents"};
  }
  if (d.infos.empty()) {
    d.head = term_head(term);
    d.controls.push_back(static_cast<std::uint8_t>(term.size()));
    if (term.size() > kTermHeadBytes) {
      append_text(term.substr(kTermHeadBytes), d.strings);
    }
  } else {
    append_next_term(d.last, term, d.controls, d.initials, d.strings);
  }
  d.last.assign(term);
  d.infos.push_back(info);
  return d.infos.size() == kTermsPerBlock ? d.flush() : Status();
}

Status TermDictionaryWriter::finish() {
  if (!impl_->infos.empty()) {
    if (Status s = impl_->flush(); !s) return s;
  }
  if (Status s = impl_->heads.finish(); !s) return s;
  return impl_->groups.flush();
}

}  // namespace kwic
