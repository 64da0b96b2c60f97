// SPDX-License-Identifier: Apache-2.0
#include "tests/corruption/allocation_meter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

namespace kwic::testing {
namespace {

thread_local Allocations* current = nullptr;

void* allocate(std::size_t size, std::size_t alignment) noexcept {
  if (current != nullptr) {
    current->largest = std::max(current->largest, size);
    current->sum += std::min(size, ~current->sum);
  }
  if (alignment <= alignof(std::max_align_t)) {
    return std::malloc(std::max<std::size_t>(size, 1));
  }
  if (size > ~alignment) return nullptr;
  return std::aligned_alloc(alignment,
                            (size + alignment) / alignment * alignment);
}

// Not inlined, lest the compiler should take a free() it sees for a mistake.
[[gnu::noinline]] void release(void* memory) noexcept { std::free(memory); }

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  void* const memory = allocate(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

AllocationMeter::AllocationMeter() { current = &seen_; }
AllocationMeter::~AllocationMeter() { current = nullptr; }

}  // namespace kwic::testing

void* operator new(std::size_t size) {
  return kwic::testing::allocate_or_throw(size, 1);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return kwic::testing::allocate_or_throw(size,
                                          static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return kwic::testing::allocate(size, 1);
}
void* operator new(std::size_t size, std::align_val_t alignment,
                   const std::nothrow_t&) noexcept {
  return kwic::testing::allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { kwic::testing::release(memory); }
void operator delete(void* memory, std::size_t) noexcept {
  kwic::testing::release(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  kwic::testing::release(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  kwic::testing::release(memory);
}

namespace kwic::testing {
namespace {

TEST(AllocationMeter, SeesTheLargestAndTheSum) {
  Allocations seen;
  {
    const AllocationMeter meter;
    const std::vector<char> small(100);
    const std::vector<char> large(5000);
    struct alignas(128) Wide {
      char bytes[128];
    };
    const auto aligned = std::make_unique<Wide>();
    aligned->bytes[0] = small[0];
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(aligned.get()) % 128, 0U);
    seen = meter.seen();
  }
  EXPECT_EQ(seen.largest, 5000U);
  EXPECT_GE(seen.sum, 100U + 5000 + 128);
  const AllocationMeter next;
  EXPECT_EQ(next.seen().largest, 0U);
}

}  // namespace
}  // namespace kwic::testing
