// SPDX-License-Identifier: Apache-2.0
#include "index/json_lines.h"

#include <poll.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/system_error.h"

namespace kwic {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(simdjson::SIMDJSON_PADDING <= kJsonPadding);

constexpr std::size_t kChunkBytes = std::size_t{1} << 18;

// Reads at most `size` bytes, waiting for them where the descriptor does not;
// 0 at the end, below 0 with errno set on failure.
ssize_t read_some(int fd, char* out, std::size_t size) {
  for (;;) {
    const ssize_t n = ::read(fd, out, size);
    if (n >= 0) return n;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd waiting = {fd, POLLIN, 0};
      if (::poll(&waiting, 1, -1) < 0 && errno != EINTR) return -1;
    } else if (errno != EINTR) {
      return -1;
    }
  }
}

// What the parser says, in words for the person who wrote the line.
const char* explain(simdjson::error_code error) {
  switch (error) {
    case simdjson::UTF8_ERROR: return "not valid UTF-8";
    case simdjson::UNESCAPED_CHARS: return "control character in a string";
    case simdjson::UNCLOSED_STRING: return "a string does not end";
    case simdjson::STRING_ERROR: return "bad escape in a string";
    case simdjson::MEMALLOC: return "not enough memory for this line";
    default: return "not valid JSON";
  }
}

// A string, or nothing for null; what is wrong, or null.
const char* read_text(ondemand::value value, const char* wrong_type,
                      std::string_view& out) {
  ondemand::json_type type;
  if (value.type().get(type) != simdjson::SUCCESS) return "not valid JSON";
  out = {};
  if (type == ondemand::json_type::null) {
    bool is_null = false;
    const auto error = value.is_null().get(is_null);
    return error == simdjson::SUCCESS && is_null ? nullptr : "not valid JSON";
  }
  if (type != ondemand::json_type::string) return wrong_type;
  const auto error = value.get_string().get(out);
  return error == simdjson::SUCCESS ? nullptr : explain(error);
}

}  // namespace

struct JsonLineParser::Impl {
  ondemand::parser parser;
  char id_digits[24];

  const char* read_id(ondemand::value value, std::string_view& out);
  const char* read_member(ondemand::field field, Document& document);
  const char* read_object(ondemand::object object, Document& document);

  template <typename Number>
  std::string_view digits(Number number) {
    const auto end =
        std::to_chars(id_digits, id_digits + sizeof(id_digits), number).ptr;
    return {id_digits, static_cast<std::size_t>(end - id_digits)};
  }
};

JsonLineParser::JsonLineParser() : impl_(new Impl) {}
JsonLineParser::~JsonLineParser() = default;

const char* JsonLineParser::Impl::read_id(ondemand::value value,
                                          std::string_view& out) {
  constexpr const char* kWrong = "\"id\" is neither a string nor an integer";
  ondemand::json_type type;
  if (value.type().get(type) != simdjson::SUCCESS) return "not valid JSON";
  if (type != ondemand::json_type::number) {
    const char* wrong = read_text(value, kWrong, out);
    return wrong == nullptr && out.empty() ? "\"id\" is empty" : wrong;
  }
  std::int64_t whole = 0;
  std::uint64_t large = 0;
  if (value.get_int64().get(whole) == simdjson::SUCCESS) {
    out = digits(whole);
  } else if (value.get_uint64().get(large) == simdjson::SUCCESS) {
    out = digits(large);
  } else {
    return kWrong;
  }
  return nullptr;
}

const char* JsonLineParser::Impl::read_member(ondemand::field field,
                                              Document& document) {
  std::string_view key;
  const auto error = field.unescaped_key().get(key);
  if (error != simdjson::SUCCESS) return explain(error);
  if (key == "id") return read_id(field.value(), document.id);
  if (key == "title") {
    return read_text(field.value(), "\"title\" is not a string",
                     document.title);
  }
  if (key == "body") {
    return read_text(field.value(), "\"body\" is not a string", document.body);
  }
  return nullptr;
}

const char* JsonLineParser::Impl::read_object(ondemand::object object,
                                              Document& document) {
  for (auto member : object) {
    ondemand::field field;
    const auto error = std::move(member).get(field);
    if (error != simdjson::SUCCESS) return explain(error);
    if (const char* wrong = read_member(field, document)) return wrong;
  }
  return document.id.empty() ? "no member \"id\"" : nullptr;
}

const char* JsonLineParser::parse(std::string_view line, Document& document) {
  document = Document();
  ondemand::document json;
  auto error = impl_->parser
                   .iterate(simdjson::padded_string_view(
                       line.data(), line.size(), line.size() + kJsonPadding))
                   .get(json);
  if (error != simdjson::SUCCESS) return explain(error);
  ondemand::object object;
  error = json.get_object().get(object);
  if (error == simdjson::INCORRECT_TYPE) return "not a JSON object";
  if (error != simdjson::SUCCESS) return explain(error);
  if (const char* wrong = impl_->read_object(object, document)) return wrong;
  const char* location = nullptr;
  if (json.current_location().get(location) != simdjson::OUT_OF_BOUNDS) {
    return "text behind the JSON object";
  }
  return nullptr;
}

LineReader::LineReader(int fd, std::string name, std::size_t limit)
    : fd_(fd), name_(std::move(name)), limit_(limit) {}

// Makes room for a chunk behind end_ and reads into it. What is unread moves
// to the front when the room behind it has run out.
Status LineReader::fill() {
  if (buffer_.size() < end_ + kChunkBytes + kJsonPadding) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    searched_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
    const std::size_t needed = end_ + kChunkBytes + kJsonPadding;
    if (buffer_.size() < needed) {
      buffer_.resize(std::max(needed, buffer_.size() * 2));
    }
  }
  const ssize_t n = read_some(fd_, buffer_.data() + end_,
                              buffer_.size() - kJsonPadding - end_);
  if (n < 0) return system_error(errno, "read", name_);
  at_end_ = n == 0;
  end_ += static_cast<std::size_t>(n);
  bytes_read_ += static_cast<std::uint64_t>(n);
  return {};
}

// Takes the next line off the buffer if all of it is there.
bool LineReader::take_line(Line& line) {
  const void* found =
      std::memchr(buffer_.data() + searched_, '\n', end_ - searched_);
  std::size_t line_end = end_;
  if (found != nullptr) {
    line_end = static_cast<std::size_t>(static_cast<const char*>(found) -
                                        buffer_.data());
  } else if (!at_end_ || begin_ == end_) {
    searched_ = end_;
    return false;
  }
  line.text = std::string_view(buffer_).substr(begin_, line_end - begin_);
  begin_ = std::min(line_end + 1, end_);
  searched_ = begin_;
  return true;
}

Status LineReader::next(Line& line, bool& more) {
  line = Line();
  while (!take_line(line)) {
    if (at_end_) {
      more = skipping_;
      line.too_long = skipping_;
      line.number = number_ += skipping_ ? 1 : 0;
      skipping_ = false;
      return {};
    }
    if (end_ - begin_ > limit_) {
      skipping_ = true;
      begin_ = searched_ = end_ = 0;
    }
    if (Status s = fill(); !s) return s;
  }
  more = true;
  line.number = ++number_;
  line.too_long = skipping_ || line.text.size() > limit_;
  skipping_ = false;
  if (line.too_long) line.text = {};
  return {};
}

}  // namespace kwic
