// SPDX-License-Identifier: Apache-2.0
#include "index/build_worker.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/bytes.h"
#include "base/hash.h"
#include "index/run_encoder.h"
#include "index/text_pieces.h"

namespace kwic {
namespace {

constexpr std::size_t kRunBufferBytes = std::size_t{64} << 10;
constexpr std::size_t kBytesPerCheck = std::size_t{1} << 20;
// A buffer that grew beyond this over a text without spaces is given back.
constexpr std::size_t kMostTokensKept = std::size_t{32} << 10;

}  // namespace

BuildWorker::BuildWorker(Setup setup)
    : setup_(std::move(setup)),
      accumulator_(std::make_unique<Accumulator>(setup_.accumulator_bytes)),
      run_out_(std::move(setup_.run_file), kRunBufferBytes) {
  if (setup_.text_file != nullptr) {
    texts_ = std::make_unique<TextSpill>(std::move(setup_.text_file));
  }
}

Status BuildWorker::add(const Document& document, std::uint64_t sequence) {
  document_ = {
      .id = document.id,
      .title = document.title,
      .sequence = sequence,
      .body_bytes = document.body.size(),
      .content_hash = setup_.hashes ? hash64(as_bytes(document.body)) : 0,
      .modified = document.modified,
      .text_file = setup_.number};
  if (texts_ != nullptr) {
    document_.text_address = texts_->size();
    if (Status s = texts_->append(document.body); !s) return s;
  }
  position_ = 0;
  if (Status s = begin_document(); !s) return s;
  if (Status s = analyze(document.title); !s) return s;
  return analyze(document.body);
}

Status BuildWorker::begin_document() {
  if (accumulator_->begin_document(document_)) return {};
  if (Status s = write_run(); !s) return s;
  if (accumulator_->begin_document(document_)) return {};
  return {StatusCode::kInternal, "index builder: memory for runs too small"};
}

Status BuildWorker::analyze(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = piece_size(text);
    tokens_.clear();
    position_ =
        setup_.analyzer->analyze(text.substr(0, size), position_, tokens_);
    text.remove_prefix(size);
    unchecked_bytes_ += size;
    if (unchecked_bytes_ >= kBytesPerCheck) {
      unchecked_bytes_ = 0;
      if (Status s = setup_.checkpoint(); !s) return s;
    }
    if (Status s = add_tokens(); !s) return s;
  }
  if (tokens_.tokens.capacity() > kMostTokensKept) tokens_ = {};
  return {};
}

// The document goes on in the next run, from that position on.
Status BuildWorker::begin_part(std::uint32_t position) {
  before_ = accumulator_->last_position();
  if (Status s = write_run(); !s) return s;
  ++document_.part;
  document_.first_position = position;
  document_.before = before_;
  return begin_document();
}

// Tokens of one position stay together.
std::size_t BuildWorker::fitting(std::span<const Token> tokens) const {
  const std::size_t taken = accumulator_->tokens();
  const std::uint64_t room =
      setup_.run_tokens > taken ? setup_.run_tokens - taken : 0;
  auto n = static_cast<std::size_t>(
      std::min<std::uint64_t>({tokens.size(), Accumulator::kMaxTokens, room}));
  if (n == tokens.size()) return n;
  while (n > 0 && tokens[n].alternative) --n;
  if (n > 0 || taken > 0) return n;
  for (n = 1; n < tokens.size() && tokens[n].alternative;) ++n;
  return n;
}

Status BuildWorker::add_tokens() {
  std::span<const Token> left = tokens_.tokens;
  while (!left.empty()) {
    const std::size_t n = fitting(left);
    if (n > 0 && accumulator_->add_tokens(tokens_, left.first(n))) {
      left = left.subspan(n);
    } else if (Status s = begin_part(left.front().position); !s) {
      return s;
    }
  }
  return {};
}

Status BuildWorker::write_run() {
  if (accumulator_->empty()) return {};
  Run run;
  InvertedRun inverted(*accumulator_);
  if (Status s = inverted.invert(setup_.checkpoint, nullptr); !s) return s;
  Status s = encode_run(inverted, setup_.checkpoint, run_out_, run);
  if (!s) return s;
  setup_.runs->push(run);
  accumulator_->clear();
  return {};
}

// The last run need not be written only to be read again.
Status BuildWorker::finish_run(const FrequentWords& words) {
  if (accumulator_->empty()) return {};
  last_run_ = std::make_unique<InvertedRun>(*accumulator_);
  const bool kept = last_run_->kept_bytes() <= setup_.kept_bytes;
  if (Status s = last_run_->invert(setup_.checkpoint, &words); !s) return s;
  Run run;
  if (kept) {
    accumulator_->release_tokens(last_run_->end());
    run.memory = last_run_.get();
    run.codes = std::make_shared<const PlaceCodes>(last_run_->codes());
    run.documents = accumulator_->documents();
    run.entries = static_cast<std::uint32_t>(last_run_->entries().size());
  } else {
    Status s = encode_run(*last_run_, setup_.checkpoint, run_out_, run);
    if (!s) return s;
    last_run_.reset();
  }
  setup_.runs->push(run);
  return {};
}

Status BuildWorker::finish(const FrequentWords& words) {
  Status s = finish_run(words);
  if (last_run_ == nullptr) accumulator_.reset();
  tokens_ = {};
  if (s.ok()) s = run_out_.close_buffer();
  if (s.ok() && texts_ != nullptr) s = texts_->finish();
  return s;
}

}  // namespace kwic
