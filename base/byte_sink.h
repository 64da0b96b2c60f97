// SPDX-License-Identifier: Apache-2.0
// ByteSink: something bytes can be appended to.
#ifndef KWIC_BASE_BYTE_SINK_H_
#define KWIC_BASE_BYTE_SINK_H_

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "kwic/status.h"

namespace kwic {

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  // Appends all of `bytes` or returns why it could not. After an error the
  // sink is of no further use.
  virtual Status append(ByteView bytes) = 0;
};

// Appends to a vector; for tests and small things.
class VectorSink final : public ByteSink {
 public:
  Status append(ByteView bytes) override {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return {};
  }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace kwic

#endif  // KWIC_BASE_BYTE_SINK_H_
