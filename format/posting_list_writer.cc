// SPDX-License-Identifier: Apache-2.0
#include "format/posting_list_writer.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "format/bits.h"
#include "format/bm25.h"
#include "format/elias_fano.h"
#include "format/frequency_codec.h"
#include "format/frequent_words.h"
#include "format/impact_levels.h"
#include "format/position_block.h"
#include "format/posting_format.h"
#include "format/posting_spool.h"

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
  std::unique_ptr<LengthTable> own_lengths;
  LengthTable& lengths;
  Bm25Norm norm;

  // The current term.
  PostingSpool list;
  std::uint64_t collection_freq = 0;
  std::uint32_t first_position = 0;
  PositionBlock position_block;
  std::vector<std::uint32_t> position_offsets;  // of blocks, in 4 bytes
  std::uint64_t positions_address = 0;

  // Of all terms: whether a predecessor code was written, and
  // kSeveralPredecessors.
  bool any_predecessors = false;
  bool several_predecessors = false;

  // What the directory says of blocks and windows.
  std::vector<std::uint32_t> last_docs, body_offsets, window_starts;
  std::vector<std::uint8_t> best_codes;  // of blocks; of windows if dense
  std::vector<std::uint64_t> body_ends;

  // Buffers, of a chunk of the list.
  std::vector<std::uint16_t> impacts;
  std::vector<std::uint16_t> sorted;
  std::vector<std::uint16_t> sort_buffer;
  std::vector<std::uint8_t> codes;
  std::vector<std::uint8_t> head;
  BitWriter bits;
  BitWriter packed;
  ByteSpool bodies;  // of all chunks; those of a single one stay in `bits`
  std::vector<std::uint8_t> no_predecessors;

  Impl(SectionWriter& p, SectionWriter& q, std::unique_ptr<LengthTable> own,
       LengthTable& l, std::uint64_t tokens, std::size_t chunk_postings,
       const NewFile& new_file)
      : postings(p),
        positions(q),
        own_lengths(std::move(own)),
        lengths(l),
        norm(l.size(), tokens),
        list(chunk_postings, new_file),
        bodies(new_file) {}

  Status flush_positions(bool coded);
  Status write_short(TermInfo& info);
  void put_frequencies(std::span<const std::uint32_t> frequencies);
  Status write_coded(TermInfo& info, bool dense);
  Status compute_impacts();
  Status find_levels(ImpactLevels& levels);
  Status encode(const ImpactLevels& levels, bool dense);
  Status encode_chunk(std::size_t chunk, const ImpactLevels& levels,
                      bool dense);
  void encode_block(std::size_t begin, bool dense);
  void append_directory(bool dense);
  Status place_bodies(std::uint64_t address, std::uint64_t first,
                      std::vector<std::uint32_t>& offsets) const;
  Status write_bodies();
  void note_windows();
  Status append_dense_bits();
};

PostingListWriter::PostingListWriter(SectionWriter& postings,
                                     SectionWriter& positions,
                                     std::span<const std::uint32_t> lengths,
                                     std::uint64_t tokens) {
  auto own = std::make_unique<LengthTable>(lengths);
  LengthTable& table = *own;
  impl_ = std::make_unique<Impl>(postings, positions, std::move(own), table,
                                 tokens, 0, NewFile());
}

PostingListWriter::PostingListWriter(SectionWriter& postings,
                                     SectionWriter& positions,
                                     LengthTable& lengths, std::uint64_t tokens,
                                     std::size_t chunk_postings,
                                     const NewFile& new_file)
    : impl_(std::make_unique<Impl>(postings, positions, nullptr, lengths,
                                   tokens, chunk_postings, new_file)) {}

PostingListWriter::~PostingListWriter() = default;

Status PostingListWriter::add(std::uint32_t doc,
                              std::span<const std::uint32_t> positions) {
  const auto frequency = static_cast<std::uint32_t>(positions.size());
  impl_->no_predecessors.assign(frequency, 0);
  return add({{&doc, 1}, {&frequency, 1}, positions, impl_->no_predecessors});
}

Status PostingListWriter::add(const Postings& p) {
  Impl& w = *impl_;
  if (w.list.size() == 0) w.first_position = p.positions[0];
  if (Status s = w.list.add(p.documents, p.frequencies); !s) return s;
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
  if (Status s = w.list.finish(); !s) return s;
  info = TermInfo{};
  info.doc_freq = static_cast<std::uint32_t>(w.list.size());
  info.collection_freq = w.collection_freq;
  info.single_doc = w.list.first();
  info.single_position = w.first_position;
  if (w.collection_freq > 1) {
    const bool coded = block_count(w.list.size()) > 1;
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
  w.list.clear();
  w.collection_freq = 0;
  w.position_block.clear();
  w.position_offsets.clear();
  return status;
}

// Blocks of a list of several start at multiples of 4 from its first one, whose
// address is then a multiple of 4 too.
Status PostingListWriter::Impl::flush_positions(bool coded) {
  unsigned contents = coded ? PositionBlock::kCounted : 0U;
  if (coded || has_predecessors(list.size())) contents |= PositionBlock::kCoded;
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
Status PostingListWriter::Impl::compute_impacts() {
  const std::span<const std::uint32_t> docs = list.documents();
  impacts.resize(docs.size());
  for (std::size_t begin = 0; begin < docs.size(); begin += kBlockPostings) {
    const std::size_t n =
        std::min<std::size_t>(kBlockPostings, docs.size() - begin);
    std::uint32_t lengths_of[kBlockPostings];
    if (Status s = lengths.find(docs.subspan(begin, n), lengths_of); !s) {
      return s;
    }
    float norms[kBlockPostings];
    for (std::size_t i = 0; i < n; ++i) norms[i] = norm(lengths_of[i]);
    const std::uint32_t* const tf = list.frequencies().data() + begin;
    std::uint16_t* const out = impacts.data() + begin;
    for (std::size_t i = 0; i < n; ++i) {
      out[i] = quantise_saturation(bm25_saturation(tf[i], norms[i]));
    }
  }
  return {};
}

// The impacts of one chunk are sorted, those of several counted.
Status PostingListWriter::Impl::find_levels(ImpactLevels& levels) {
  if (list.chunks() == 1) {
    if (Status s = compute_impacts(); !s) return s;
    sorted = impacts;
    sort_16_bit(sorted, sort_buffer);
    levels = ImpactLevels::of(sorted);
    return {};
  }
  std::vector<std::size_t> ends(std::size_t{1} << 16);  // by impact
  for (std::size_t chunk = 0; chunk < list.chunks(); ++chunk) {
    if (Status s = list.load(chunk); !s) return s;
    if (Status s = compute_impacts(); !s) return s;
    for (const std::uint16_t impact : impacts) ++ends[impact];
  }
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  levels = ImpactLevels::of(list.size(), [&](std::size_t i) {
    const auto at = std::upper_bound(ends.begin(), ends.end(), i);
    return static_cast<std::uint16_t>(at - ends.begin());
  });
  return {};
}

// The last document, the others, the frequencies. No bounds: a list so short
// is scored as a whole when a search opens it.
Status PostingListWriter::Impl::write_short(TermInfo& info) {
  const std::span<const std::uint32_t> docs = list.documents();
  head.clear();
  append_le(head, docs.back(), doc_id_bytes(lengths.size()));
  bits.clear();
  ef_encode({docs.data(), docs.size() - 1}, 0, docs.back(), bits);
  put_frequencies(list.frequencies());
  bits.align();
  head.insert(head.end(), bits.bytes().begin(), bits.bytes().end());
  if (Status s = postings.align(head.size()); !s) return s;
  info.postings_address = postings.size();
  info.postings_size = head.size();
  return postings.append(head);
}

void PostingListWriter::Impl::put_frequencies(
    std::span<const std::uint32_t> frequencies) {
  if (!has_frequencies(list.size(), collection_freq)) return;
  encode_frequencies(frequencies, bits);
}

// Blocks: codes, documents, frequencies. Dense: frequencies only.
void PostingListWriter::Impl::encode_block(std::size_t begin, bool dense) {
  const std::span<const std::uint32_t> docs = list.documents();
  const std::size_t n =
      std::min<std::size_t>(kBlockPostings, docs.size() - begin);
  if (!dense) {
    const auto some = std::span(codes).subspan(begin, n);
    put_codes(some, bits);
    const std::uint32_t base = begin == 0 ? list.base() : docs[begin - 1] + 1;
    const std::uint32_t last = docs[begin + n - 1];
    ef_encode({docs.data() + begin, n - 1}, base, last - base, bits);
    last_docs.push_back(last);
    best_codes.push_back(*std::max_element(some.begin(), some.end()));
  }
  put_frequencies(list.frequencies().subspan(begin, n));
  bits.align();
}

// Codes of a dense list go to the section, and bodies to where they wait until
// all their sizes are known.
Status PostingListWriter::Impl::encode_chunk(std::size_t chunk,
                                             const ImpactLevels& levels,
                                             bool dense) {
  if (list.chunks() > 1) {
    if (Status s = list.load(chunk); !s) return s;
    if (Status s = compute_impacts(); !s) return s;
  }
  codes.resize(impacts.size());
  levels.codes(impacts, codes.data());
  if (dense) {
    note_windows();
    packed.clear();
    put_codes(codes, packed);
    if (Status s = postings.append(packed.bytes()); !s) return s;
  }
  bits.clear();
  for (std::size_t at = 0; at < codes.size(); at += kBlockPostings) {
    encode_block(at, dense);
    body_ends.push_back(bodies.size() + bits.bytes().size());
  }
  return list.chunks() > 1 ? bodies.append(bits.bytes()) : Status();
}

Status PostingListWriter::Impl::encode(const ImpactLevels& levels, bool dense) {
  body_ends.clear();
  last_docs.clear();
  best_codes.clear();
  window_starts.clear();
  bodies.clear();
  if (dense) {
    window_starts.resize(window_count(lengths.size()) + 1);
    best_codes.resize(window_count(lengths.size()));
  }
  for (std::size_t chunk = 0; chunk < list.chunks(); ++chunk) {
    if (Status s = encode_chunk(chunk, levels, dense); !s) return s;
  }
  std::partial_sum(window_starts.begin(), window_starts.end(),
                   window_starts.begin());
  return {};
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
  std::vector<std::uint8_t> body;
  std::uint64_t begin = 0;
  for (const std::uint64_t end : body_ends) {
    const auto size = static_cast<std::size_t>(end - begin);
    ByteView bytes;
    if (list.chunks() == 1) {
      bytes = {bits.bytes().data() + begin, size};
    } else {
      body.resize(size);
      if (Status s = bodies.read(begin, body); !s) return s;
      bytes = body;
    }
    if (Status s = postings.align(size); !s) return s;
    if (Status s = postings.append(bytes); !s) return s;
    begin = end;
  }
  return {};
}

void PostingListWriter::Impl::append_directory(bool dense) {
  const auto append_all = [this](const std::vector<std::uint32_t>& values) {
    for (const std::uint32_t value : values) append_le(head, value, 4);
  };
  if (!dense) append_all(last_docs);
  append_all(body_offsets);
  append_all(position_offsets);
  if (dense) {
    // Of windows: the postings before each.
    window_starts.pop_back();
    append_all(window_starts);
  }
  head.insert(head.end(), best_codes.begin(), best_codes.end());
}

// Counts the postings of each window, behind it, and finds the best codes.
void PostingListWriter::Impl::note_windows() {
  const std::span<const std::uint32_t> docs = list.documents();
  for (std::size_t i = 0; i < docs.size(); ++i) {
    const std::uint32_t window = docs[i] / kWindowDocs;
    ++window_starts[window + 1];
    best_codes[window] = std::max(best_codes[window], codes[i]);
  }
}

// The bitset of a dense list, window by window, each in one part.
Status PostingListWriter::Impl::append_dense_bits() {
  std::uint8_t window[kWindowBytes] = {};
  std::uint32_t number = 0;
  const auto append_until = [&](std::uint32_t next) {
    for (; number < next; ++number) {
      if (Status s = postings.append(window); !s) return s;
      std::fill(std::begin(window), std::end(window), std::uint8_t{0});
    }
    return Status();
  };
  for (std::size_t chunk = 0; chunk < list.chunks(); ++chunk) {
    if (Status s = list.load(chunk); !s) return s;
    for (const std::uint32_t doc : list.documents()) {
      if (doc / kWindowDocs != number) {
        if (Status s = append_until(doc / kWindowDocs); !s) return s;
      }
      const std::uint32_t bit = doc % kWindowDocs;
      window[bit / 8] =
          static_cast<std::uint8_t>(window[bit / 8] | (1U << (bit % 8)));
    }
  }
  return append_until(window_count(lengths.size()));
}

// The order in the section: blocks are head, bodies; dense lists are bitset
// (aligned), codes, head, bodies. The address of either is that of its head.
Status PostingListWriter::Impl::write_coded(TermInfo& info, bool dense) {
  const std::uint64_t blocks = block_count(list.size());
  const std::uint64_t windows = window_count(lengths.size());
  const std::uint64_t head_size =
      kCodedHeadBytes +
      (dense ? 8 + blocks * kDenseBlockEntryBytes + windows * kWindowEntryBytes
             : blocks * kBlockEntryBytes);
  if (head_size > postings.part_size()) {
    return too_large("the directory of a list", head_size,
                     postings.part_size());
  }
  ImpactLevels levels;
  if (Status s = find_levels(levels); !s) return s;
  std::uint64_t begin = 0;
  if (dense) {
    if (Status s = postings.align(kWindowBytes, kWindowBytes); !s) return s;
    begin = postings.size();
    if (Status s = append_dense_bits(); !s) return s;
  }
  if (Status s = encode(levels, dense); !s) return s;
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
  append_directory(dense);
  if (Status s = postings.append(head); !s) return s;
  if (Status s = write_bodies(); !s) return s;
  info.postings_address = address;
  info.postings_size = postings.size() - address;
  return {};
}

}  // namespace kwic
