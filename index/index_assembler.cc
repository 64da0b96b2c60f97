// SPDX-License-Identifier: Apache-2.0
#include "index/index_assembler.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <utility>

#include "base/bytes.h"
#include "format/document_table_writer.h"
#include "format/frequent_words.h"
#include "format/posting_format.h"
#include "format/term_dictionary_writer.h"
#include "format/version.h"
#include "index/guarded.h"
#include "index/run_compactor.h"
#include "index/run_recoder.h"

namespace kwic {
namespace {

using Stage = BuildProgress::Stage;

// Of the memory: a quarter for reading runs, an eighth for decoded texts. The
// rest is for document numbers and lengths (8 bytes a document), the writers
// of sections, and the doc store's encoders.
constexpr std::uint64_t kRunShare = 4;
constexpr std::uint64_t kTextShare = 8;
constexpr std::uint64_t kLengthShare = 8;
constexpr std::size_t kSmallestBuffer = std::size_t{32} << 10;
constexpr std::size_t kLargestBuffer = std::size_t{1} << 20;
constexpr std::size_t kLargestTextCache = std::size_t{64} << 20;
constexpr std::chrono::milliseconds kPollInterval{20};

// Feeds merged terms to the sections of the file.
class SectionTermSink final : public TermSink {
 public:
  SectionTermSink(PostingListWriter& lists, TermDictionaryWriter& dictionary)
      : lists_(lists), dictionary_(dictionary) {}

  Status begin_term(std::string_view term) override {
    size_ = term.size();
    std::copy(term.begin(), term.end(), term_);
    return {};
  }
  Status add(const Postings& postings) override {
    postings_ += postings.documents.size();
    return lists_.add(postings);
  }
  Status end_term() override {
    ++terms_;
    TermInfo info;
    if (Status s = lists_.finish_term(info); !s) return s;
    return dictionary_.add({term_, size_}, info);
  }

  std::uint64_t terms() const noexcept { return terms_; }
  std::uint64_t postings() const noexcept { return postings_; }

 private:
  PostingListWriter& lists_;
  TermDictionaryWriter& dictionary_;
  std::size_t size_ = 0;
  char term_[256] = {};
  std::uint64_t terms_ = 0;
  std::uint64_t postings_ = 0;
};

// A list of more goes through a file.
std::size_t chunk_postings(std::uint64_t memory_bytes) noexcept {
  constexpr std::uint64_t kChunkShare = 512;  // about 20 bytes a posting
  return static_cast<std::size_t>(memory_bytes / kChunkShare / kBlockPostings *
                                  kBlockPostings);
}

}  // namespace

std::size_t IndexAssembler::run_buffer_bytes(std::size_t runs) const noexcept {
  const std::uint64_t share =
      setup_.memory_bytes / kRunShare / std::max<std::size_t>(runs, 1);
  return static_cast<std::size_t>(
      std::clamp<std::uint64_t>(share, kSmallestBuffer, kLargestBuffer));
}

Status IndexAssembler::prepare_runs() {
  CompactionOptions options;
  options.width = std::clamp<std::size_t>(
      static_cast<std::size_t>(setup_.memory_bytes / kRunShare /
                               kSmallestBuffer),
      2, setup_.merge_width);
  options.buffer_bytes = run_buffer_bytes(options.width);
  options.checkpoint = [this](double) { return report(Stage::kMerging, 0); };
  options.new_file = new_file();
  const FrequentWords words(setup_.frequent_words, false);
  const RecodingOptions recoding = {&words, options.buffer_bytes, [this] {
                                      return report(Stage::kMerging, 0);
                                    }};
  for (Run& run : setup_.runs) {
    if (Status s = recode(recoding, run); !s) return s;
  }
  return compact_runs(options, setup_.runs, compacted_);
}

Status IndexAssembler::create_text_storer() {
  if (!setup_.options.keep_text) return {};
  const auto section = [this](SectionKind kind, ElementType element) {
    return &setup_.file->section(kind, element);
  };
  TextStorer::Setup setup;
  auto list = setup_.file->temporary();
  if (!list) return list.error();
  setup.list = *std::move(list);
  setup.spills = setup_.texts;
  setup.cache_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(
      setup_.memory_bytes / kTextShare, kLargestTextCache));
  setup.sections = {section(SectionKind::kStoreBlocks, ElementType::kByte),
                    section(SectionKind::kStoreIndex, ElementType::kU64),
                    section(SectionKind::kStoreSizes, ElementType::kByte),
                    section(SectionKind::kStoreLexicon, ElementType::kByte),
                    section(SectionKind::kStoreDictionary, ElementType::kByte)};
  setup.options.fast = setup_.options.fast_store;
  setup.options.threads = setup_.threads;
  text_storer_ = std::make_unique<TextStorer>(std::move(setup));
  return {};
}

Status IndexAssembler::merge_documents(RunMerger& merger,
                                       FileFigures& figures) {
  IndexFileWriter& file = *setup_.file;
  DocumentTableWriter table(
      file.section(SectionKind::kDocumentIds, ElementType::kByte),
      file.section(SectionKind::kDocumentBlocks, ElementType::kU64),
      file.section(SectionKind::kContentHashes, ElementType::kU64),
      setup_.options.keep_times
          ? &file.section(SectionKind::kTimes, ElementType::kU64)
          : nullptr);
  std::size_t most = 0;
  for (const Run& run : setup_.runs) most += run.documents;
  lengths_ = std::make_unique<LengthTable>(
      most, static_cast<std::size_t>(setup_.memory_bytes / kLengthShare),
      new_file());
  Status s = merger.merge_documents([&](const RunDocument& document) {
    if (lengths_->size() % 65536 == 0) {
      if (Status p = report(Stage::kMerging, 0); !p) return p;
    }
    if (Status added = lengths_->add(document.length); !added) return added;
    figures.tokens += document.length;
    figures.text_bytes += document.title.size() + document.body_bytes;
    if (text_storer_ != nullptr) {
      Status noted = text_storer_->note(
          document.text_file, document.text_address, document.body_bytes);
      if (!noted) return noted;
    }
    return table.add({.id = document.id,
                      .title = document.title,
                      .body_bytes = document.body_bytes,
                      .content_hash = document.content_hash,
                      .modified = document.modified});
  });
  if (!s) return s;
  figures.documents = lengths_->size();
  return table.finish();
}

Status IndexAssembler::write_lengths() {
  if (lengths_->size() == 0) return {};
  return lengths_->finish(
      setup_.file->section(SectionKind::kLengths, lengths_->element()));
}

Status IndexAssembler::merge_terms(RunMerger& merger, FileFigures& figures) {
  IndexFileWriter& file = *setup_.file;
  PostingListWriter lists(
      file.section(SectionKind::kPostings, ElementType::kByte),
      file.section(SectionKind::kPositions, ElementType::kByte), *lengths_,
      figures.tokens, chunk_postings(setup_.memory_bytes), new_file());
  TermDictionaryWriter dictionary(
      file.section(SectionKind::kTermHeads, ElementType::kU64),
      file.section(SectionKind::kTermBlockOffsets, ElementType::kU64),
      file.section(SectionKind::kTermBlocks, ElementType::kByte));
  SectionTermSink sink(lists, dictionary);
  Status s = merger.merge_terms(
      sink, [this](double share) { return report(Stage::kMerging, share); });
  if (!s) return s;
  figures.terms = sink.terms();
  figures.postings = sink.postings();
  if (s = write_frequent_words(lists); !s) return s;
  return dictionary.finish();
}

Status IndexAssembler::write_frequent_words(const PostingListWriter& lists) {
  if (!lists.any_predecessors()) return {};
  const FrequentWords words(setup_.frequent_words,
                            lists.several_predecessors());
  return setup_.file->section(SectionKind::kFrequentWords, ElementType::kByte)
      .append(words.bytes());
}

Status IndexAssembler::merge_terms_and_texts(RunMerger& merger,
                                             FileFigures& figures) {
  // Texts and terms go to different sections and meet nowhere. Progress is
  // reported from this thread, and an error of either ends the other.
  std::atomic<double> stored_share = 0;
  std::atomic<bool> ended = false;
  const TextStorer::Checkpoint checkpoint = [&](double share) {
    stored_share = share;
    return ended ? Status(StatusCode::kCancelled, "the build has ended")
                 : Status();
  };
  std::future<Status> stored = std::async(
      std::launch::async, [&] { return text_storer_->store(checkpoint); });
  Status s = guarded([&] { return merge_terms(merger, figures); });
  while (s.ok() &&
         stored.wait_for(kPollInterval) != std::future_status::ready) {
    s = report(Stage::kStoring, stored_share);
  }
  ended = true;
  Status texts = stored.get();
  return s.ok() ? texts : s;
}

Status IndexAssembler::assemble(FileFigures& figures) {
  figures.features_compatible = (setup_.options.keep_text ? kFeatureText : 0) |
                                (setup_.options.keep_times ? kFeatureTimes : 0);
  if (Status s = prepare_runs(); !s) return s;
  if (Status s = create_text_storer(); !s) return s;
  RunMerger merger(setup_.runs, run_buffer_bytes(setup_.runs.size()));
  if (Status s = merge_documents(merger, figures); !s) return s;
  if (Status s = write_lengths(); !s) return s;
  if (text_storer_ == nullptr) return merge_terms(merger, figures);
  if (setup_.threads > 1) return merge_terms_and_texts(merger, figures);
  if (Status s = merge_terms(merger, figures); !s) return s;
  return text_storer_->store(
      [this](double share) { return report(Stage::kStoring, share); });
}

}  // namespace kwic
