// SPDX-License-Identifier: Apache-2.0
// Postings on their way from runs to whoever writes them: many at a time, so
// that nothing is called once per posting.
#ifndef KWIC_INDEX_POSTING_BATCH_H_
#define KWIC_INDEX_POSTING_BATCH_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "format/posting_list_writer.h"

namespace kwic {

class PostingBatch {
 public:
  bool empty() const noexcept { return postings_ == 0; }
  std::size_t postings() const noexcept { return postings_; }
  std::size_t occurrences() const noexcept { return occurrences_; }

  // Appends n occurrences, of which one may be like the one before it. No
  // branches: where one document ends and another begins cannot be guessed.
  void append(std::size_t n, const std::uint32_t* document,
              const std::uint32_t* position, const std::uint8_t* predecessor) {
    make_room(n);
    std::uint32_t* documents = documents_.data() + postings_;
    std::uint32_t* frequencies = frequencies_.data() + postings_;
    std::uint32_t* positions = positions_.data() + occurrences_;
    std::uint8_t* predecessors = predecessors_.data() + occurrences_;
    std::uint32_t last = postings_ == 0 ? kNone : documents[-1];
    std::uint32_t frequency = postings_ == 0 ? 0 : frequencies[-1];
    std::uint32_t last_position = last_position_;
    for (std::size_t i = 0; i < n; ++i) {
      const bool other = document[i] != last;
      const bool fresh = other || position[i] != last_position;
      *positions = last_position = position[i];
      *predecessors = predecessor[i];
      positions += unsigned{fresh};
      predecessors += unsigned{fresh};
      *documents = last = document[i];
      documents += unsigned{other};
      frequencies += unsigned{other};
      frequency = (other ? 0 : frequency) + unsigned{fresh};
      frequencies[-1] = frequency;
    }
    postings_ = static_cast<std::size_t>(documents - documents_.data());
    occurrences_ = static_cast<std::size_t>(positions - positions_.data());
    last_position_ = last_position;
  }

  Postings all() const noexcept { return first(postings_, occurrences_); }
  // All but the last document, which may go on.
  // REQUIRES: not empty().
  Postings settled() const noexcept {
    return first(postings_ - 1, occurrences_ - frequencies_[postings_ - 1]);
  }
  void drop_settled() noexcept {
    const Postings gone = settled();
    documents_[0] = documents_[postings_ - 1];
    frequencies_[0] = frequencies_[postings_ - 1];
    const auto from = static_cast<std::ptrdiff_t>(gone.positions.size());
    const auto to = static_cast<std::ptrdiff_t>(occurrences_);
    std::copy(positions_.begin() + from, positions_.begin() + to,
              positions_.begin());
    std::copy(predecessors_.begin() + from, predecessors_.begin() + to,
              predecessors_.begin());
    occurrences_ -= gone.positions.size();
    postings_ = 1;
  }
  void clear() noexcept { postings_ = occurrences_ = 0; }

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  // For that many more occurrences, each a posting maybe, and one that is not
  // kept.
  void make_room(std::size_t n) {
    grow(documents_, postings_ + n + 1);
    grow(frequencies_, postings_ + n + 1);
    grow(positions_, occurrences_ + n + 1);
    grow(predecessors_, occurrences_ + n + 1);
  }
  template <typename T>
  static void grow(std::vector<T>& array, std::size_t size) {
    if (array.size() < size) array.resize(std::max(size, array.size() * 2));
  }
  Postings first(std::size_t postings, std::size_t occurrences) const noexcept {
    return {{documents_.data(), postings},
            {frequencies_.data(), postings},
            {positions_.data(), occurrences},
            {predecessors_.data(), occurrences}};
  }

  // As large as there is room.
  std::vector<std::uint32_t> documents_, frequencies_, positions_;
  std::vector<std::uint8_t> predecessors_;
  std::size_t postings_ = 0;
  std::size_t occurrences_ = 0;
  std::uint32_t last_position_ = kNone;
};

}  // namespace kwic

#endif  // KWIC_INDEX_POSTING_BATCH_H_
