// SPDX-License-Identifier: Apache-2.0
#include "format/posting_list_writer.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "format/bits.h"
#include "format/bm25.h"
#include "format/elias_fano.h"
#include "format/frequency_codec.h"
#include "format/frequent_words.h"
#include "format/impact_levels.h"
#include "format/position_block.h"
#include "format/posting_format.h"

namespace kwic {
namespace {

void append_le(std::vector<std::uint8_t>& out, std::uint64_t value,
               unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) {
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

Status too_large(const char* what, std::uint64_t bytes, std::uint64_t limit) {
  return Status(StatusCode::kLimit, std::string("postings: ") + what +
                                        " takes " + std::to_string(bytes) +
                                        " bytes, more than the " +
                                        std::to_string(limit) + " that fit");
}

// Ascending, by least significant digits first: two passes over the values
// instead of the sixteen comparisons each that sorting some thousands takes.
void sort_16_bit(std::vector<std::uint16_t>& values,
                 std::vector<std::uint16_t>& buffer) {
  std::size_t low[257] = {};
  std::size_t high[257] = {};
  for (const std::uint16_t v : values) {
    ++low[(v & 0xff) + 1];
    ++high[(v >> 8) + 1];
  }
  for (int i = 1; i < 257; ++i) {
    low[i] += low[i - 1];
    high[i] += high[i - 1];
  }
  buffer.resize(values.size());
  for (const std::uint16_t v : values) buffer[low[v & 0xff]++] = v;
  for (const std::uint16_t v : buffer) values[high[v >> 8]++] = v;
}

// Four bits each.
void put_codes(std::span<const std::uint8_t> codes, BitWriter& out) {
  for (; codes.size() >= 8; codes = codes.subspan(8)) {
    const auto bytes = load_le<std::uint64_t>(codes.data());
    // Two codes to a byte, then the bytes together.
    std::uint64_t word = (bytes | bytes >> 4) & 0x00ff00ff00ff00ff;
    word = (word | word >> 8) & 0x0000ffff0000ffff;
    out.put((word | word >> 16) & 0xffffffff, 32);
  }
  for (const std::uint8_t code : codes) out.put(code, 4);
  out.align();
}

}  // namespace

struct PostingListWriter::Impl {
  SectionWriter& postings;
  SectionWriter& positions;
  std::span<const std::uint32_t> lengths;
  Bm25Norm norm;

  // The current term.
  std::vector<std::uint32_t> docs;
  std::vector<std::uint32_t> tfs;
  std::uint64_t collection_freq = 0;
  std::uint32_t first_position = 0;
  PositionBlock position_block;
  std::vector<std::uint32_t> position_offsets;  // of blocks, in 4 bytes
  std::uint64_t positions_address = 0;

  // Of all terms: whether a predecessor code was written, and
  // kSeveralPredecessors.
  bool any_predecessors = false;
  bool several_predecessors = false;

  // Buffers.
  std::vector<std::uint16_t> impacts;
  std::vector<std::uint16_t> sorted;
  std::vector<std::uint16_t> sort_buffer;
  std::vector<std::uint8_t> codes;
  std::vector<std::uint8_t> head;
  BitWriter bits;
  std::vector<std::uint8_t> bodies;
  std::vector<std::uint64_t> body_ends;
  std::vector<std::uint8_t> no_predecessors;

  Impl(SectionWriter& p, SectionWriter& q, std::span<const std::uint32_t> l,
       std::uint64_t tokens)
      : postings(p), positions(q), lengths(l), norm(l.size(), tokens) {}

  Status flush_positions(bool coded);
  Status write_short(TermInfo& info);
  void put_frequencies(std::size_t begin, std::size_t n);
  Status write_coded(TermInfo& info, bool dense);
  void compute_impacts();
  void encode_bodies(bool dense);
  void encode_block(std::uint32_t block, bool dense);
  Status write_windows();
  void append_directory(const ImpactLevels& levels, bool dense);
  std::uint8_t best_code(std::size_t begin, std::size_t end,
                         const ImpactLevels& levels) const;
  Status place_bodies(std::uint64_t address, std::uint64_t first,
                      std::vector<std::uint32_t>& offsets) const;
  Status write_bodies();
  void append_window_directory(const ImpactLevels& levels);
  Status append_dense_bits();
  std::vector<std::uint32_t> body_offsets;
};

PostingListWriter::PostingListWriter(SectionWriter& postings,
                                     SectionWriter& positions,
                                     std::span<const std::uint32_t> lengths,
                                     std::uint64_t tokens)
    : impl_(std::make_unique<Impl>(postings, positions, lengths, tokens)) {}
PostingListWriter::~PostingListWriter() = default;

Status PostingListWriter::add(std::uint32_t doc,
                              std::span<const std::uint32_t> positions) {
  const auto frequency = static_cast<std::uint32_t>(positions.size());
  impl_->no_predecessors.assign(frequency, 0);
  return add({{&doc, 1}, {&frequency, 1}, positions, impl_->no_predecessors});
}

Status PostingListWriter::add(const Postings& p) {
  Impl& w = *impl_;
  if (w.docs.empty()) w.first_position = p.positions[0];
  w.docs.insert(w.docs.end(), p.documents.begin(), p.documents.end());
  w.tfs.insert(w.tfs.end(), p.frequencies.begin(), p.frequencies.end());
  w.collection_freq += p.positions.size();
  std::span<const std::uint32_t> frequencies = p.frequencies;
  std::size_t at = 0;
  while (!frequencies.empty()) {
    if (w.position_block.postings() == kBlockPostings) {
      if (Status s = w.flush_positions(true); !s) return s;
    }
    const auto some = frequencies.first(std::min(
        frequencies.size(), kBlockPostings - w.position_block.postings()));
    frequencies = frequencies.subspan(some.size());
    std::size_t n = p.positions.size() - at;
    if (!frequencies.empty()) {
      n = std::accumulate(some.begin(), some.end(), std::size_t{0});
    }
    w.position_block.add(some, p.positions.subspan(at, n),
                         p.predecessors.subspan(at, n));
    at += n;
  }
  return {};
}

bool PostingListWriter::any_predecessors() const noexcept {
  return impl_->any_predecessors;
}

bool PostingListWriter::several_predecessors() const noexcept {
  return impl_->several_predecessors;
}

Status PostingListWriter::finish_term(TermInfo& info) {
  Impl& w = *impl_;
  info = TermInfo{};
  info.doc_freq = static_cast<std::uint32_t>(w.docs.size());
  info.collection_freq = w.collection_freq;
  info.single_doc = w.docs[0];
  info.single_position = w.first_position;
  if (w.collection_freq > 1) {
    const bool coded = block_count(w.docs.size()) > 1;
    if (Status s = w.flush_positions(coded); !s) return s;
    info.positions_address = w.positions_address;
    info.positions_size = w.positions.size() - w.positions_address;
  }
  Status status;
  switch (list_layout(info.doc_freq, w.lengths.size())) {
    case ListLayout::kSingle: break;
    case ListLayout::kShort: status = w.write_short(info); break;
    case ListLayout::kBlocks: status = w.write_coded(info, false); break;
    case ListLayout::kDense: status = w.write_coded(info, true); break;
  }
  w.docs.clear();
  w.tfs.clear();
  w.collection_freq = 0;
  w.position_block.clear();
  w.position_offsets.clear();
  return status;
}

// Blocks of a list of several start at multiples of 4 from its first one, whose
// address is then a multiple of 4 too.
Status PostingListWriter::Impl::flush_positions(bool coded) {
  unsigned contents = coded ? PositionBlock::kCounted : 0U;
  if (coded || has_predecessors(docs.size())) contents |= PositionBlock::kCoded;
  const std::span<const std::uint8_t> block = position_block.finish(contents);
  any_predecessors |= position_block.has_code();
  several_predecessors |= position_block.has_several();
  if (block.size() > positions.part_size()) {
    return too_large("a block of positions", block.size(),
                     positions.part_size());
  }
  const bool first = position_offsets.empty();
  if (Status s = positions.align(block.size(), coded ? 4 : 1); !s) return s;
  if (first) positions_address = positions.size();
  const std::uint64_t offset = (positions.size() - positions_address) / 4;
  if (offset > 0xffff'ffff) {
    return too_large("the positions of one term", offset * 4,
                     std::uint64_t{0xffff'ffff} * 4);
  }
  position_offsets.push_back(static_cast<std::uint32_t>(offset));
  Status status = positions.append(block);
  position_block.clear();
  return status;
}

// In blocks: the loads first, then arithmetic that vector instructions do.
void PostingListWriter::Impl::compute_impacts() {
  impacts.resize(docs.size());
  for (std::size_t begin = 0; begin < docs.size(); begin += kBlockPostings) {
    const std::size_t n =
        std::min<std::size_t>(kBlockPostings, docs.size() - begin);
    float norms[kBlockPostings];
    const std::uint32_t* const doc = docs.data() + begin;
    for (std::size_t i = 0; i < n; ++i) norms[i] = norm(lengths[doc[i]]);
    const std::uint32_t* const tf = tfs.data() + begin;
    std::uint16_t* const out = impacts.data() + begin;
    for (std::size_t i = 0; i < n; ++i) {
      out[i] = quantise_saturation(bm25_saturation(tf[i], norms[i]));
    }
  }
  sorted = impacts;
  sort_16_bit(sorted, sort_buffer);
}

// The last document, the others, the frequencies. No bounds: a list so short
// is scored as a whole when a search opens it.
Status PostingListWriter::Impl::write_short(TermInfo& info) {
  head.clear();
  append_le(head, docs.back(), doc_id_bytes(lengths.size()));
  bits.clear();
  ef_encode({docs.data(), docs.size() - 1}, 0, docs.back(), bits);
  put_frequencies(0, docs.size());
  bits.align();
  head.insert(head.end(), bits.bytes().begin(), bits.bytes().end());
  if (Status s = postings.align(head.size()); !s) return s;
  info.postings_address = postings.size();
  info.postings_size = head.size();
  return postings.append(head);
}

void PostingListWriter::Impl::put_frequencies(std::size_t begin,
                                              std::size_t n) {
  if (!has_frequencies(docs.size(), collection_freq)) return;
  encode_frequencies({tfs.data() + begin, n}, bits);
}

// Blocks: codes, documents, frequencies. Dense: frequencies only.
void PostingListWriter::Impl::encode_block(std::uint32_t block, bool dense) {
  const std::size_t begin = std::size_t{block} * kBlockPostings;
  const std::size_t n =
      std::min<std::size_t>(kBlockPostings, docs.size() - begin);
  if (!dense) {
    put_codes(std::span(codes).subspan(begin, n), bits);
    const std::uint32_t base = begin == 0 ? 0 : docs[begin - 1] + 1;
    const std::uint32_t last = docs[begin + n - 1];
    ef_encode({docs.data() + begin, n - 1}, base, last - base, bits);
  }
  put_frequencies(begin, n);
  bits.align();
}

void PostingListWriter::Impl::encode_bodies(bool dense) {
  bits.clear();
  body_ends.clear();
  for (std::uint32_t b = 0; b < block_count(docs.size()); ++b) {
    encode_block(b, dense);
    body_ends.push_back(bits.bytes().size());
  }
}

// Where each body will lie, relative to the list, when the first one starts at
// `first` at the earliest and none straddles two parts.
Status PostingListWriter::Impl::place_bodies(
    std::uint64_t address, std::uint64_t first,
    std::vector<std::uint32_t>& offsets) const {
  offsets.clear();
  const std::uint64_t part = postings.part_size();
  std::uint64_t at = first;
  std::uint64_t begin = 0;
  for (const std::uint64_t end : body_ends) {
    const std::uint64_t size = end - begin;
    if (size > part) return too_large("a block of postings", size, part);
    if (size > part - at % part) at = (at / part + 1) * part;
    if (at - address > 0xffff'ffff) {
      return too_large("one posting list", at - address, 0xffff'ffff);
    }
    offsets.push_back(static_cast<std::uint32_t>(at - address));
    at += size;
    begin = end;
  }
  return {};
}

Status PostingListWriter::Impl::write_bodies() {
  std::uint64_t begin = 0;
  for (const std::uint64_t end : body_ends) {
    if (Status s = postings.align(end - begin); !s) return s;
    if (Status s = postings.append({bits.bytes().data() + begin, end - begin});
        !s) {
      return s;
    }
    begin = end;
  }
  return {};
}

std::uint8_t PostingListWriter::Impl::best_code(
    std::size_t begin, std::size_t end, const ImpactLevels& levels) const {
  std::uint16_t best = 0;
  for (std::size_t i = begin; i < end; ++i) best = std::max(best, impacts[i]);
  return begin == end ? std::uint8_t{0} : levels.code(best);
}

void PostingListWriter::Impl::append_directory(const ImpactLevels& levels,
                                               bool dense) {
  const std::uint32_t blocks = block_count(docs.size());
  const auto end_of = [&](std::uint32_t b) {
    return std::min<std::size_t>(docs.size(),
                                 (std::size_t{b} + 1) * kBlockPostings);
  };
  if (!dense) {
    for (std::uint32_t b = 0; b < blocks; ++b) {
      append_le(head, docs[end_of(b) - 1], 4);
    }
  }
  for (std::uint32_t b = 0; b < blocks; ++b)
    append_le(head, body_offsets[b], 4);
  for (std::uint32_t b = 0; b < blocks; ++b) {
    append_le(head, position_offsets[b], 4);
  }
  if (dense) return append_window_directory(levels);
  for (std::uint32_t b = 0; b < blocks; ++b) {
    head.push_back(
        best_code(std::size_t{b} * kBlockPostings, end_of(b), levels));
  }
}

// Per window of documents: the postings before it, and its best code.
void PostingListWriter::Impl::append_window_directory(
    const ImpactLevels& levels) {
  const std::uint32_t windows = window_count(lengths.size());
  std::vector<std::size_t> starts;
  std::size_t at = 0;
  for (std::uint32_t w = 0; w <= windows; ++w) {
    while (at < docs.size() && docs[at] / kWindowDocs < w) ++at;
    starts.push_back(at);
  }
  for (std::uint32_t w = 0; w < windows; ++w) append_le(head, starts[w], 4);
  for (std::uint32_t w = 0; w < windows; ++w) {
    head.push_back(best_code(starts[w], starts[w + 1], levels));
  }
}

// The bitset of a dense list, window by window, each in one part.
Status PostingListWriter::Impl::append_dense_bits() {
  std::uint8_t window[kWindowBytes];
  std::size_t at = 0;
  for (std::uint32_t w = 0; w < window_count(lengths.size()); ++w) {
    std::fill(std::begin(window), std::end(window), std::uint8_t{0});
    for (; at < docs.size() && docs[at] / kWindowDocs == w; ++at) {
      const std::uint32_t bit = docs[at] % kWindowDocs;
      window[bit / 8] =
          static_cast<std::uint8_t>(window[bit / 8] | (1U << (bit % 8)));
    }
    if (Status s = postings.append(window); !s) return s;
  }
  return {};
}

Status PostingListWriter::Impl::write_windows() {
  if (Status s = append_dense_bits(); !s) return s;
  BitWriter packed;
  put_codes(codes, packed);
  return postings.append(packed.bytes());
}

// The order in the section: blocks are head, bodies; dense lists are bitset
// (aligned), codes, head, bodies. The address of either is that of its head.
Status PostingListWriter::Impl::write_coded(TermInfo& info, bool dense) {
  compute_impacts();
  const ImpactLevels levels = ImpactLevels::of(sorted);
  codes.resize(docs.size());
  levels.codes(impacts, codes.data());
  encode_bodies(dense);
  const std::uint64_t blocks = body_ends.size();
  const std::uint64_t windows = window_count(lengths.size());
  const std::uint64_t head_size =
      kCodedHeadBytes +
      (dense ? 8 + blocks * kDenseBlockEntryBytes + windows * kWindowEntryBytes
             : blocks * kBlockEntryBytes);
  if (head_size > postings.part_size()) {
    return too_large("the directory of a list", head_size,
                     postings.part_size());
  }
  std::uint64_t begin = 0;
  if (dense) {
    if (Status s = postings.align(kWindowBytes, kWindowBytes); !s) return s;
    begin = postings.size();
    if (Status s = write_windows(); !s) return s;
  }
  if (Status s = postings.align(head_size, 4); !s) return s;
  const std::uint64_t address = postings.size();
  if (!dense) begin = address;
  if (Status s = place_bodies(address, address + head_size, body_offsets); !s) {
    return s;
  }
  head.clear();
  for (int c = 1; c < kImpactLevels; ++c) append_le(head, levels.bound[c], 2);
  for (const std::uint16_t seed : levels.seed) append_le(head, seed, 2);
  if (dense) append_le(head, address - begin, 8);
  append_directory(levels, dense);
  if (Status s = postings.append(head); !s) return s;
  if (Status s = write_bodies(); !s) return s;
  info.postings_address = address;
  info.postings_size = postings.size() - address;
  return {};
}

}  // namespace kwic
