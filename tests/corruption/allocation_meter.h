// SPDX-License-Identifier: Apache-2.0
// AllocationMeter: what this thread asked operator new for while it lived.
//
// The program that includes this has the operators replaced
// (allocation_meter_test.cc).
#ifndef KWIC_TESTS_CORRUPTION_ALLOCATION_METER_H_
#define KWIC_TESTS_CORRUPTION_ALLOCATION_METER_H_

#include <cstddef>

namespace kwic::testing {

struct Allocations {
  std::size_t largest = 0;  // of one request
  std::size_t sum = 0;      // of all requests, given back or not
};

// Not nested.
class AllocationMeter {
 public:
  AllocationMeter();
  ~AllocationMeter();
  AllocationMeter(const AllocationMeter&) = delete;
  AllocationMeter& operator=(const AllocationMeter&) = delete;

  const Allocations& seen() const noexcept { return seen_; }

 private:
  Allocations seen_;
};

}  // namespace kwic::testing

#endif  // KWIC_TESTS_CORRUPTION_ALLOCATION_METER_H_
