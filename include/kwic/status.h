// SPDX-License-Identifier: Apache-2.0
// Status and Result<T>: how every call of kwic reports failure.
//
// kwic never throws across its interface, never prints and never ends the
// process. A call that can fail returns a Status, or a Result<T> that holds
// either a value or the Status that explains why there is none.
//
//     kwic::Result<kwic::Index> index = kwic::Index::open("docs.kwic");
//     if (!index) return report(index.error().message());
//     use(*index);
//
// A message names the part concerned, what was expected, what was found and,
// where there is one, the remedy. It is meant for a person; programs look at
// code(). Messages are UTF-8 and hold no control characters unless a file name
// in them does.
//
// Thread-safety: as for std::string.
#ifndef KWIC_STATUS_H_
#define KWIC_STATUS_H_

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kwic {

// What kind of failure it was. The numbers never change; new ones are added.
enum class StatusCode {
  kOk = 0,
  kInvalidArgument = 1,  // the caller asked for something that makes no sense
  kNotFound = 2,         // no such file, document or term
  kIo = 3,               // the operating system reported an error
  kNotAnIndex = 4,       // the file is not a kwic index at all
  kCorrupt = 5,          // it is one, but its bytes are damaged: rebuild it
  kTooOld = 6,           // written by a format this reader no longer reads
  kTooNew = 7,           // written by a newer format: upgrade the reader
  kLimit = 8,            // a documented limit was met
  kSyntax = 9,           // the query language could not be parsed
  kOutOfMemory = 10,     // an allocation failed
  kDurability = 11,      // published, but the last flush to disk failed
  kInternal = 12,        // a mistake in kwic: please report it
  kCancelled = 13,       // a progress callback returned false
};

// The name of a code, such as "corrupt". Never null.
constexpr std::string_view status_code_name(StatusCode code) noexcept {
  switch (code) {
    case StatusCode::kOk: return "ok";
    case StatusCode::kInvalidArgument: return "invalid argument";
    case StatusCode::kNotFound: return "not found";
    case StatusCode::kIo: return "i/o error";
    case StatusCode::kNotAnIndex: return "not an index";
    case StatusCode::kCorrupt: return "corrupt";
    case StatusCode::kTooOld: return "too old";
    case StatusCode::kTooNew: return "too new";
    case StatusCode::kLimit: return "limit";
    case StatusCode::kSyntax: return "syntax";
    case StatusCode::kOutOfMemory: return "out of memory";
    case StatusCode::kDurability: return "durability unknown";
    case StatusCode::kInternal: return "internal error";
    case StatusCode::kCancelled: return "cancelled";
  }
  return "unknown";
}

// Success, or a code with a message.
class [[nodiscard]] Status {
 public:
  // Success.
  Status() = default;

  // A failure. REQUIRES: code is not kOk.
  Status(StatusCode code, std::string message)
      : code_(code), message_(std::move(message)) {
    assert(code != StatusCode::kOk);
  }

  bool ok() const noexcept { return code_ == StatusCode::kOk; }
  explicit operator bool() const noexcept { return ok(); }
  StatusCode code() const noexcept { return code_; }

  // The explanation; empty on success.
  const std::string& message() const noexcept { return message_; }

  // For kSyntax: the byte of the query at which the parser gave up; for
  // kCorrupt: the byte of the file, where it is known. Else npos.
  std::size_t position() const noexcept { return position_; }
  Status& at(std::size_t position) noexcept {
    position_ = position;
    return *this;
  }

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
  std::size_t position_ = npos;
};

// A value of type T, or the Status that says why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Status error) : error_(std::move(error)) { assert(!error_.ok()); }

  bool ok() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }

  // The value. REQUIRES: ok().
  T& value() & { return *value_; }
  const T& value() const& { return *value_; }
  T&& value() && { return *std::move(value_); }
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return *std::move(value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

  // The failure; a success Status when ok().
  const Status& error() const noexcept { return error_; }

 private:
  std::optional<T> value_;
  Status error_;
};

}  // namespace kwic

#endif  // KWIC_STATUS_H_
