// SPDX-License-Identifier: Apache-2.0
#include "format/doc_store.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/limits.h"
#include "format/doc_store_layout.h"
#include "format/lz4_block.h"
#include "format/word_decoder.h"

namespace kwic {
namespace {

#ifdef KWIC_TEST_NO_HASHES
constexpr bool kCheckHashes = false;
#else
constexpr bool kCheckHashes = true;
#endif

Status corrupt(std::string_view what, std::uint64_t number,
               std::string_view why) {
  return {StatusCode::kCorrupt, "doc store: " + std::string(what) + " " +
                                    std::to_string(number) + ": " +
                                    std::string(why) + "; rebuild the index"};
}

DocStoreViews views_of(const IndexFile& file) {
  return {file.section(SectionKind::kStoreBlocks),
          file.section(SectionKind::kStoreIndex),
          file.section(SectionKind::kStoreSizes),
          file.section(SectionKind::kStoreLexicon),
          file.section(SectionKind::kStoreDictionary)};
}

std::uint64_t u16_at(const std::uint8_t* p, std::size_t i) noexcept {
  return load_le<std::uint16_t>(p + 2 * i);
}

}  // namespace

DocStore::DocStore(const IndexFile& file) : DocStore(views_of(file)) {}

DocStore::DocStore(DocStoreViews views)
    : blocks_(std::move(views.blocks)),
      index_(std::move(views.index)),
      dictionary_section_(std::move(views.dictionary)),
      lexicon_section_(views.lexicon),
      sizes_(std::move(views.sizes)),
      lexicon_(views.lexicon) {
  const std::uint64_t size = dictionary_section_.size();
  const std::uint8_t* dictionary = dictionary_section_.at(0, size);
  if (size <= kMaxLz4Dictionary && dictionary != nullptr) {
    dictionary_ = {dictionary, static_cast<std::size_t>(size)};
  }
  open_index();
}

// Reads the end of the index, which tells how much there is.
void DocStore::open_index() {
  if (!present()) return;
  const std::uint64_t groups = index_.size() / store::kIndexGroupBytes;
  if (groups == 0) return;
  block_count_ = (groups - 1) * store::kIndexGroupBlocks;
  Place last;
  while (place(block_count_, last)) {
    text_bytes_ = last.text.begin + last.text.size;
    ++block_count_;
  }
}

// Where a document's text is; false if there is none or it makes no sense.
bool DocStore::document_extent(std::uint32_t doc,
                               Extent& extent) const noexcept {
  return sizes_.extent(doc, extent) && extent.begin <= text_bytes_ &&
         extent.size <= text_bytes_ - extent.begin;
}

// Where block number `block` is; false if there is no such block.
bool DocStore::place(std::uint64_t block, Place& place) const noexcept {
  const std::uint64_t group = block / store::kIndexGroupBlocks;
  if (group >= index_.size() / store::kIndexGroupBytes) return false;
  const std::uint8_t* p =
      index_.at(group * store::kIndexGroupBytes, store::kIndexGroupBytes);
  if (p == nullptr) return false;
  place.number = block;
  place.address = load_le<std::uint64_t>(p);
  place.text.begin = load_le<std::uint64_t>(p + 8);
  const std::size_t within = block % store::kIndexGroupBlocks;
  for (std::size_t i = 0; i < within; ++i) {
    place.address += u16_at(p + store::kIndexDistances, i);
    place.text.begin += u16_at(p + store::kIndexTexts, i);
  }
  place.stored = u16_at(p + store::kIndexDistances, within);
  place.text.size = u16_at(p + store::kIndexTexts, within);
  return place.text.size != 0 && place.text.size <= store::kMaxBlockText;
}

// The block that holds a byte of text: a binary search over the groups, then
// the group's 12 one by one.
bool DocStore::find_block(std::uint64_t text_address,
                          Place& found) const noexcept {
  std::uint64_t low = 0;
  std::uint64_t high = index_.size() / store::kIndexGroupBytes;
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    const std::uint64_t begin =
        index_.get<std::uint64_t>(middle * (store::kIndexGroupBytes / 8) + 1);
    (begin <= text_address ? low : high) = middle;
  }
  for (std::size_t i = 0; i < store::kIndexGroupBlocks; ++i) {
    if (!place(low * store::kIndexGroupBlocks + i, found)) return false;
    if (text_address < found.text.begin) return false;
    if (text_address - found.text.begin < found.text.size) return true;
  }
  return false;
}

// The tables are read wherever a search in them leads, so they are asked for
// whole as long as they are small.
void DocStore::will_need(std::uint32_t doc) const noexcept {
  constexpr std::uint64_t kSmall = std::uint64_t{256} << 10;
  if (!present()) return;
  for (const SectionView* table :
       {&index_, &sizes_.section(), &lexicon_section_, &dictionary_section_}) {
    if (table->size() <= kSmall) table->will_need(0, table->size());
  }
  Extent extent;
  Place place;
  if (!document_extent(doc, extent) || !find_block(extent.begin, place)) return;
  blocks_.will_need(place.address, place.stored);
}

// Turns what is stored of a block into text; returns what is wrong, or null.
const char* DocStore::decode_payload(ByteView payload, unsigned coded_size,
                                     bool words, bool lz4,
                                     Scratch& scratch) const {
  const std::span<std::uint8_t> text(scratch.text.data(), scratch.text_size);
  if (!words && coded_size != text.size()) return "its sizes disagree";
  if (!lz4 && coded_size != payload.size()) return "its sizes disagree";
  ByteView coded = payload;
  if (lz4) {
    std::span<std::uint8_t> out = text;
    if (words) {
      scratch.coded.resize(coded_size + kWordSlack);
      out = {scratch.coded.data(), coded_size};
    }
    if (!lz4_decompress(payload, dictionary_, out)) return "LZ4 failed";
    if (!words) return nullptr;
    coded = out;
  }
  if (words) {
    return decode_words(lexicon_, coded, text.data(), text.size())
               ? nullptr
               : "its word codes make no sense";
  }
  std::memcpy(text.data(), coded.data(), text.size());
  return nullptr;
}

Status DocStore::decode(const Place& place, Scratch& scratch) const {
  if (scratch.block == place.number) return {};
  scratch.block = ~std::uint64_t{0};
  blocks_.will_need(place.address, place.stored);
  const std::uint8_t* head =
      blocks_.at(place.address, store::kBlockHeaderBytes);
  if (head == nullptr) {
    return corrupt("block", place.number, "lies outside its section");
  }
  const unsigned coded = load_le<std::uint16_t>(head + 8);
  const unsigned stored = load_le<std::uint16_t>(head + 10);
  const std::size_t payload = stored & 0x7fff;
  if (blocks_.at(place.address, store::kBlockHeaderBytes + payload) ==
      nullptr) {
    return corrupt("block", place.number, "lies outside its section");
  }
  if (kCheckHashes &&
      load_le<std::uint64_t>(head) !=
          store::block_hash({head + 8, 4 + payload}, place.number)) {
    return corrupt("block", place.number, "its hash does not match");
  }
  scratch.text_size = static_cast<std::size_t>(place.text.size);
  scratch.text.resize(store::kMaxBlockText + kWordSlack);
  const char* wrong =
      decode_payload({head + store::kBlockHeaderBytes, payload}, coded & 0x7fff,
                     (coded & store::kWordsFlag) != 0,
                     (stored & store::kLz4Flag) != 0, scratch);
  if (wrong != nullptr) return corrupt("block", place.number, wrong);
  scratch.block = place.number;
  return {};
}

Status DocStore::find_extent(std::uint32_t doc, Extent& extent) const {
  if (!present()) {
    return {StatusCode::kNotFound, "the index was built without its texts"};
  }
  if (doc >= document_count()) {
    return {StatusCode::kNotFound, "doc store: no document " +
                                       std::to_string(doc) + " among " +
                                       std::to_string(document_count())};
  }
  if (!document_extent(doc, extent)) {
    return corrupt("document", doc, "its place makes no sense");
  }
  return {};
}

Result<std::uint64_t> DocStore::size(std::uint32_t doc) const {
  Extent extent;
  if (Status s = find_extent(doc, extent); !s) return s;
  return extent.size;
}

Status DocStore::read(std::uint32_t doc, Scratch& scratch,
                      std::string& text) const {
  return read_range(doc, 0, ~std::uint64_t{0}, scratch, text);
}

Status DocStore::read_range(std::uint32_t doc, std::uint64_t begin,
                            std::uint64_t size, Scratch& scratch,
                            std::string& text) const {
  text.clear();
  Extent extent;
  if (Status s = find_extent(doc, extent); !s) return s;
  begin = std::min(begin, extent.size);
  size = std::min(size, extent.size - begin);
  std::uint64_t at = extent.begin + begin;
  const std::uint64_t end = at + size;
  Place place;
  while (at < end) {
    if (!find_block(at, place)) {
      return corrupt("document", doc, "no block holds its text");
    }
    if (Status s = decode(place, scratch); !s) return s;
    const std::uint64_t from = at - place.text.begin;
    const std::uint64_t n = std::min(end - at, place.text.size - from);
    text.append(reinterpret_cast<const char*>(scratch.text.data() + from),
                static_cast<std::size_t>(n));
    at += n;
  }
  return {};
}

Status DocStore::check_block(std::uint64_t block, Scratch& scratch) const {
  Place here, next;
  if (block >= block_count_ || !place(block, here)) {
    return corrupt("block", block, "the index has no such block");
  }
  const std::uint64_t end = here.text.begin + here.text.size;
  const bool fits = place(block + 1, next) ? next.text.begin == end
                                           : block + 1 == block_count_;
  if (!fits) return corrupt("block", block, "its text has gaps behind it");
  return decode(here, scratch);
}

}  // namespace kwic
