// SPDX-License-Identifier: Apache-2.0
#include "format/word_lexicon.h"

#include <algorithm>

namespace kwic {
namespace {

constexpr std::uint32_t kLexiconVersion = 1;
constexpr unsigned kLeads = 256 - kControlCodes;
// The page table has 26 bits for an address.
constexpr std::size_t kMaxSlotBytes = std::size_t{1} << 26;

// Entries of one page: ranks [begin, end).
struct Page {
  std::size_t begin = 0, end = 0;
};

std::vector<Page> pages_of(std::size_t entries, const CodeLayout& layout) {
  std::vector<Page> pages;
  std::size_t at = std::min<std::size_t>(entries, layout.singles);
  pages.push_back({0, at});
  while (at < entries) {
    const std::size_t end = std::min(entries, at + 256);
    pages.push_back({at, end});
    at = end;
  }
  return pages;
}

std::size_t slot_width(const std::vector<LexiconEntry>& entries,
                       const Page& page) {
  std::size_t width = 1;
  for (std::size_t i = page.begin; i < page.end; ++i) {
    width = std::max(width, entries[i].text.size() + 1);
  }
  return width;
}

void append_slot(const LexiconEntry& entry, std::size_t width,
                 std::vector<std::uint8_t>& slots) {
  const std::size_t at = slots.size();
  slots.resize(at + width);
  slots[at] = static_cast<std::uint8_t>(entry.text.size() |
                                        (entry.begins_word ? kEntryBegins : 0) |
                                        (entry.ends_word ? kEntryEnds : 0));
  std::copy(entry.text.begin(), entry.text.end(),
            slots.begin() + static_cast<std::ptrdiff_t>(at + 1));
}

void append_u32(std::vector<std::uint8_t>& out, std::size_t value) {
  std::uint8_t bytes[4];
  store_le(bytes, static_cast<std::uint32_t>(value));
  out.insert(out.end(), bytes, bytes + 4);
}

// Sums of uses: sums[i] is that of the first i entries.
std::uint64_t cost(const std::vector<std::uint64_t>& sums,
                   const CodeLayout& layout) {
  const std::size_t n = sums.size() - 1;
  const std::size_t one = std::min<std::size_t>(n, layout.singles);
  const std::size_t two =
      std::min<std::size_t>(n, one + std::size_t{256} * layout.doubles);
  return sums[one] + 2 * (sums[two] - sums[one]) + 3 * (sums[n] - sums[two]);
}

}  // namespace

WordCode word_code(const CodeLayout& layout, std::uint32_t rank) noexcept {
  if (rank < layout.singles) return {kControlCodes + rank, 1};
  rank -= layout.singles;
  std::uint32_t lead = kControlCodes + layout.singles;
  if (rank < 256 * layout.doubles) {
    return {(lead + (rank >> 8)) | (rank & 0xff) << 8, 2};
  }
  rank -= 256 * layout.doubles;
  lead += layout.doubles;
  return {(lead + (rank >> 16)) | (rank & 0xffff) << 8, 3};
}

CodeLayout choose_layout(const std::vector<LexiconEntry>& entries) {
  std::vector<std::uint64_t> sums{0};
  for (const LexiconEntry& e : entries) sums.push_back(sums.back() + e.uses);
  const std::size_t n = entries.size();
  CodeLayout best;
  std::uint64_t best_cost = ~std::uint64_t{0};
  for (unsigned triples = 0; triples < 16; ++triples) {
    for (unsigned singles = 0; singles <= kLeads - triples; ++singles) {
      const std::size_t left = n > singles ? n - singles : 0;
      const CodeLayout layout{
          singles,
          static_cast<unsigned>(std::min<std::size_t>(
              kLeads - triples - singles, (left + 255) / 256)),
          triples};
      if (layout.capacity() < n) continue;
      const std::uint64_t bytes = cost(sums, layout);
      if (bytes < best_cost) {
        best_cost = bytes;
        best = layout;
      }
    }
  }
  return best;
}

void order_entries(std::vector<LexiconEntry>& entries,
                   const CodeLayout& layout) {
  const auto shorter = [](const LexiconEntry& a, const LexiconEntry& b) {
    if (a.text.size() != b.text.size()) return a.text.size() < b.text.size();
    return a.text < b.text;
  };
  const auto at = [&](std::size_t rank) {
    return entries.begin() +
           static_cast<std::ptrdiff_t>(std::min(rank, entries.size()));
  };
  const std::size_t two = layout.singles;
  const std::size_t three = two + std::size_t{256} * layout.doubles;
  std::sort(at(0), at(two), shorter);
  std::sort(at(two), at(three), shorter);
  std::sort(at(three), entries.end(), shorter);
}

std::vector<std::uint8_t> write_lexicon(
    const std::vector<LexiconEntry>& entries, const CodeLayout& layout) {
  const std::vector<Page> pages = pages_of(entries.size(), layout);
  std::vector<std::uint8_t> out, slots;
  append_u32(out, kLexiconVersion);
  append_u32(out, layout.singles | layout.doubles << 8 | layout.triples << 16);
  append_u32(out, pages.size());
  append_u32(out, 0);
  for (const Page& page : pages) {
    const std::size_t width = slot_width(entries, page);
    append_u32(out, slots.size() << 6 | (width - 1));
    for (std::size_t i = page.begin; i < page.end; ++i) {
      append_slot(entries[i], width, slots);
    }
  }
  store_le(out.data() + 12, static_cast<std::uint32_t>(slots.size()));
  out.insert(out.end(), slots.begin(), slots.end());
  return out;
}

WordLexicon::WordLexicon(const SectionView& section) noexcept {
  const std::uint8_t* head = section.at(0, kLexiconHeaderBytes);
  if (head == nullptr || load_le<std::uint32_t>(head) != kLexiconVersion) {
    return;
  }
  const CodeLayout layout{head[4], head[5], head[6]};
  if (layout.singles + layout.doubles + layout.triples > kLeads) return;
  const std::uint64_t pages = load_le<std::uint32_t>(head + 8);
  const std::uint64_t slots = load_le<std::uint32_t>(head + 12);
  if (slots > kMaxSlotBytes) return;
  const std::uint8_t* all = section.at(kLexiconHeaderBytes, 4 * pages + slots);
  if (all == nullptr) return;
  pages_ = all;
  slots_ = all + 4 * pages;
  page_count_ = static_cast<std::uint32_t>(pages);
  slot_bytes_ = static_cast<std::uint32_t>(slots);
  std::uint32_t base = 256;
  for (unsigned i = 0; i < layout.singles + layout.doubles + layout.triples;
       ++i) {
    Lead& lead = leads_[kControlCodes + i];
    if (i < layout.singles) {
      lead = {i, 0, 1};
    } else if (i < layout.singles + layout.doubles) {
      lead = {base, 0xff, 2};
      base += 256;
    } else {
      lead = {base, 0xffff, 3};
      base += 65536;
    }
  }
}

}  // namespace kwic
