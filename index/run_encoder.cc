// SPDX-License-Identifier: Apache-2.0
#include "index/run_encoder.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"

namespace kwic {
namespace {

constexpr std::uint64_t kOutside = std::uint64_t{1} << 63;
constexpr std::size_t kLookAhead = 16;  // tokens
constexpr std::size_t kMinOutput = std::size_t{64} << 10;
constexpr std::size_t kScratchAlignment = 64;

std::size_t aligned(std::size_t size) noexcept {
  return (size + kScratchAlignment - 1) & ~(kScratchAlignment - 1);
}

// Carves an array off the scratch memory at `p`.
template <typename T>
std::span<T> carve(std::uint8_t*& p, std::size_t count) noexcept {
  std::span<T> array(reinterpret_cast<T*>(p), count);
  p += aligned(count * sizeof(T));
  return array;
}

}  // namespace

std::size_t RunEncoder::scratch_bytes(std::size_t tokens, std::size_t terms,
                                      std::size_t documents) noexcept {
  // Text takes some 2.2 bytes a token and 8 a term; 2.8 leaves a margin.
  const std::size_t output = std::max(kMinOutput, tokens * 14 / 5 + terms * 9);
  return output + terms * (sizeof(TermState) + sizeof(SortedTerm)) +
         documents * sizeof(std::uint32_t) + 4 * kScratchAlignment;
}

RunEncoder::RunEncoder(const Accumulator& source) : source_(source) {
  std::uint8_t* const gap = source.arena().gap();
  // The region starts at a page, so its offsets align as addresses do.
  std::uint8_t* p =
      source.arena().front() + aligned(source.arena().front_size());
  documents_ = carve<std::uint32_t>(p, source.documents());
  states_ = carve<TermState>(p, source.vocabulary().size());
  terms_ = carve<SortedTerm>(p, source.vocabulary().size());
  output_ = {p, source.scratch_bytes() - static_cast<std::size_t>(p - gap)};
}

std::string_view RunEncoder::term(const SortedTerm& entry) const noexcept {
  const Vocabulary::Slot& slot = source_.vocabulary().slots()[entry.slot];
  return as_text({source_.arena().at(slot.offset), slot.length()});
}

void RunEncoder::sort_documents() {
  std::uint32_t offset = source_.last_node();
  for (std::size_t i = documents_.size(); i-- > 0;) {
    documents_[i] = offset;
    offset = source_.node(offset).previous;
  }
  const auto before = [this](std::uint32_t a, std::uint32_t b) {
    return run_order(source_.document(source_.node(a)),
                     source_.document(source_.node(b)));
  };
  if (!std::is_sorted(documents_.begin(), documents_.end(), before)) {
    std::sort(documents_.begin(), documents_.end(), before);
  }
}

void RunEncoder::sort_terms() {
  const auto slots = source_.vocabulary().slots();
  std::size_t count = 0;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].key == 0) continue;
    std::uint8_t head[8] = {};
    std::memcpy(head, source_.arena().at(slots[i].offset),
                std::min<std::size_t>(8, slots[i].length()));
    terms_[count++] = {byte_swapped(load_le<std::uint64_t>(head)),
                       static_cast<std::uint32_t>(i), slots[i].id};
  }
  std::sort(terms_.begin(), terms_.end(),
            [this](const SortedTerm& a, const SortedTerm& b) {
              if (a.prefix != b.prefix) return a.prefix < b.prefix;
              return term(a) < term(b);
            });
}

Status RunEncoder::write_documents(FileAppender& out) {
  std::vector<std::uint8_t> record;
  for (const std::uint32_t offset : documents_) {
    record.clear();
    append_run_document(source_.document(source_.node(offset)), record);
    if (Status s = append_record(record, out); !s) return s;
  }
  return {};
}

void RunEncoder::measure() {
  for (TermState& state : states_) state = {kOutside, 0, 0};
  const std::span<const std::uint32_t> stream = source_.stream();
  std::uint32_t document = 0;
  for (const std::uint32_t offset : documents_) {
    ++document;
    const Accumulator::Node& node = source_.node(offset);
    std::uint32_t position = node.first_position - 1;
    const std::size_t end = std::size_t{node.stream_begin} + node.tokens;
    for (std::size_t i = node.stream_begin; i < end; ++i) {
      const std::uint32_t ahead = stream[std::min(i + kLookAhead, end - 1)];
      __builtin_prefetch(&states_[ahead & ~Accumulator::kSamePosition], 1);
      position += (stream[i] & Accumulator::kSamePosition) == 0;
      TermState& state = states_[stream[i] & ~Accumulator::kSamePosition];
      // Without branches: whether a term is new to a document is a coin toss.
      const bool same = state.last_document == document;
      const std::uint32_t base = same ? state.last_position : 0;
      const std::uint32_t item = (position - base) << 1 | (same ? 0u : 1u);
      const std::uint32_t gap = document - state.last_document;
      const std::uint32_t gap_size = same ? 0 : varint_size(gap);
      state.cursor += item == 0 ? 0 : varint_size(item) + gap_size;
      state.last_document = document;
      state.last_position = position;
    }
  }
}

std::size_t RunEncoder::place_terms(std::size_t first, std::size_t& used) {
  used = 0;
  std::size_t i = first;
  for (; i < terms_.size(); ++i) {
    TermState& state = states_[terms_[i].id];
    const std::string_view name = term(terms_[i]);
    const std::size_t items = static_cast<std::size_t>(state.cursor - kOutside);
    const std::size_t need = 1 + name.size() + items + 1;
    if (need > output_.size() - used) break;
    std::uint8_t* p = output_.data() + used;
    *p++ = static_cast<std::uint8_t>(name.size());
    std::memcpy(p, name.data(), name.size());
    state = {used + 1 + name.size(), 0, 0};
    used += need;
    output_[used - 1] = 0;
  }
  return i;
}

void RunEncoder::scatter() {
  const std::span<const std::uint32_t> stream = source_.stream();
  std::uint32_t document = 0;
  for (const std::uint32_t offset : documents_) {
    ++document;
    const Accumulator::Node& node = source_.node(offset);
    std::uint32_t position = node.first_position - 1;
    const std::size_t end = std::size_t{node.stream_begin} + node.tokens;
    for (std::size_t i = node.stream_begin; i < end; ++i) {
      const std::uint32_t ahead = stream[std::min(i + kLookAhead, end - 1)];
      __builtin_prefetch(&states_[ahead & ~Accumulator::kSamePosition], 1);
      position += (stream[i] & Accumulator::kSamePosition) == 0;
      TermState& state = states_[stream[i] & ~Accumulator::kSamePosition];
      if (state.cursor >= kOutside) continue;
      std::uint8_t* p = output_.data() + state.cursor;
      std::uint8_t* const start = p;
      if (state.last_document == document) {
        const std::uint32_t gap = position - state.last_position;
        if (gap == 0) continue;  // two forms of one word became one term
        p = put_varint(p, gap << 1);
      } else {
        p = put_varint(p, position << 1 | 1);
        p = put_varint(p, document - state.last_document);
        state.last_document = document;
      }
      state.last_position = position;
      state.cursor += static_cast<std::uint64_t>(p - start);
    }
  }
}

Status RunEncoder::write_terms(FileAppender& out) {
  for (std::size_t first = 0; first < terms_.size();) {
    std::size_t used = 0;
    const std::size_t last = place_terms(first, used);
    if (last == first) {
      return {StatusCode::kInternal,
              "index builder: a term's postings do not fit into a run"};
    }
    scatter();
    if (Status s = out.append(output_.first(used)); !s) return s;
    for (; first < last; ++first) states_[terms_[first].id].cursor = kOutside;
  }
  return {};
}

Status RunEncoder::write(FileAppender& out, Run& run) {
  run.file = &out.file();
  run.documents = source_.documents();
  run.documents_begin = out.size();
  sort_documents();
  if (Status s = write_documents(out); !s) return s;
  run.terms_begin = out.size();
  sort_terms();
  measure();
  if (Status s = write_terms(out); !s) return s;
  run.end = out.size();
  return out.flush();
}

}  // namespace kwic
