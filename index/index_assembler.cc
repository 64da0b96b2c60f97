// SPDX-License-Identifier: Apache-2.0
#include "index/index_assembler.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <utility>

#include "base/bytes.h"
#include "format/frequent_words.h"
#include "format/posting_format.h"
#include "format/term_dictionary_writer.h"
#include "format/version.h"
#include "index/guarded.h"
#include "index/inverted_run.h"
#include "index/run_compactor.h"
#include "index/run_recoder.h"
#include "index/run_renumberer.h"
#include "index/run_tables.h"

namespace kwic {
namespace {

using Stage = BuildProgress::Stage;

// Of the memory: a quarter for reading runs, and an eighth each for decoded
// texts, lengths, and the tables by which runs are merged, which may also take
// what runs kept in memory leave of their half. Whatever needs more goes
// through temporary files. The writers of sections and the doc store's encoders
// come on top: that is what the 32 MiB beyond the cap are for.
constexpr std::uint64_t kRunShare = 4;
constexpr std::uint64_t kTextShare = 8;
constexpr std::uint64_t kLengthShare = 8;
constexpr std::uint64_t kTableShare = 8;
// With less, terms are merged before texts are stored and not meanwhile: then
// lengths and tables may take what the encoders would, so much each.
constexpr std::uint64_t kEnoughForBoth = std::uint64_t{48} << 20;
constexpr std::uint64_t kInsteadOfEncoders = std::uint64_t{6} << 20;
// Runs whose documents are merged at once: so many times those whose terms are.
constexpr std::size_t kDocumentWidth = 4;
constexpr std::size_t kDocumentBuffer = std::size_t{4} << 10;
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

std::size_t IndexAssembler::merge_width() const noexcept {
  return std::clamp<std::size_t>(
      static_cast<std::size_t>(setup_.memory_bytes / kRunShare /
                               kSmallestBuffer),
      2, setup_.merge_width);
}

std::uint64_t IndexAssembler::spare_bytes() const noexcept {
  return setup_.memory_bytes < kEnoughForBoth ? kInsteadOfEncoders : 0;
}

std::size_t IndexAssembler::length_bytes() const noexcept {
  return static_cast<std::size_t>(setup_.memory_bytes / kLengthShare +
                                  spare_bytes());
}

std::size_t IndexAssembler::table_bytes() const noexcept {
  std::uint64_t kept = 0;
  for (const Run& run : setup_.runs) {
    if (run.memory != nullptr) kept += run.memory->kept_bytes();
  }
  const std::uint64_t most_kept = setup_.memory_bytes / 2;
  return static_cast<std::size_t>(setup_.memory_bytes / kTableShare +
                                  spare_bytes() + most_kept -
                                  std::min(kept, most_kept));
}

bool IndexAssembler::tables_fit() const noexcept {
  std::size_t bytes = 0;
  for (const Run& run : setup_.runs) bytes += RunTables::memory_size(run);
  return bytes <= table_bytes() && setup_.runs.size() <= merge_width();
}

Status IndexAssembler::prepare_runs() {
  CompactionOptions options;
  options.width = merge_width();
  options.buffer_bytes = run_buffer_bytes(options.width);
  options.table_bytes = table_bytes();
  options.checkpoint = [this](double) { return report(Stage::kMerging, 0); };
  options.new_file = new_file();
  const FrequentWords words(setup_.frequent_words, false);
  const RecodingOptions recoding = {&words, options.buffer_bytes, [this] {
                                      return report(Stage::kMerging, 0);
                                    }};
  for (Run& run : setup_.runs) {
    if (Status s = recode(recoding, run); !s) return s;
  }
  if (setup_.runs.size() <= options.width * kDocumentWidth) return {};
  return compact_runs(options, setup_.runs, rewritten_);
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

// Gives every document its number, and makes merger_.
Status IndexAssembler::number_documents(const DocumentSink& sink) {
  if (tables_fit()) {
    merger_ = std::make_unique<RunMerger>(setup_.runs,
                                          run_buffer_bytes(setup_.runs.size()));
    return merger_->merge_documents(sink);
  }
  RenumberingOptions options;
  auto file = setup_.file->temporary();
  if (!file) return file.error();
  NumberFile numbers(setup_.runs, *std::move(file));
  const DocumentSink counted = [&](const RunDocument& document) {
    ++options.documents;
    return sink(document);
  };
  Status s =
      kwic::merge_documents(setup_.runs, kDocumentBuffer, numbers, counted);
  if (!s) return s;
  if (s = numbers.finish(); !s) return s;
  options.width = merge_width();
  options.table_bytes = table_bytes();
  options.buffer_bytes = run_buffer_bytes(options.width);
  options.checkpoint = [this](double) { return report(Stage::kMerging, 0); };
  options.new_file = new_file();
  s = renumber_runs(options, numbers, setup_.runs, rewritten_);
  if (!s) return s;
  setup_.release_runs();
  merger_ = std::make_unique<RunMerger>(setup_.runs,
                                        run_buffer_bytes(setup_.runs.size()));
  return {};
}

DocumentTableSections IndexAssembler::table_sections() const {
  const auto section = [this](SectionKind kind, ElementType element) {
    return &setup_.file->section(kind, element);
  };
  const BuildOptions& options = setup_.options;
  DocumentTableSections sections = {
      section(SectionKind::kDocumentIds, ElementType::kByte),
      section(SectionKind::kDocumentBlocks, ElementType::kU64)};
  if (options.keep_hashes) {
    sections.hashes = section(SectionKind::kContentHashes, ElementType::kU64);
  }
  if (options.keep_times) {
    sections.times = section(SectionKind::kTimes, ElementType::kU64);
  }
  sections.sizes = !options.keep_text;
  return sections;
}

Status IndexAssembler::merge_documents(FileFigures& figures) {
  DocumentTableWriter table(table_sections());
  std::size_t most = 0;
  for (const Run& run : setup_.runs) most += run.documents;
  lengths_ = std::make_unique<LengthTable>(most, length_bytes(), new_file());
  Status s = number_documents([&](const RunDocument& document) {
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

Status IndexAssembler::merge_terms(FileFigures& figures) {
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
  Status s = merger_->merge_terms(
      sink, [this](double share) { return report(Stage::kMerging, share); });
  if (!s) return s;
  merger_.reset();
  setup_.release_runs();
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

Status IndexAssembler::merge_terms_and_texts(FileFigures& figures) {
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
  Status s = guarded([&] { return merge_terms(figures); });
  while (s.ok() &&
         stored.wait_for(kPollInterval) != std::future_status::ready) {
    s = report(Stage::kStoring, stored_share);
  }
  ended = true;
  Status texts = stored.get();
  return s.ok() ? texts : s;
}

Status IndexAssembler::assemble(FileFigures& figures) {
  const BuildOptions& options = setup_.options;
  figures.features_compatible = (options.keep_text ? kFeatureText : 0) |
                                (options.keep_times ? kFeatureTimes : 0) |
                                (options.keep_hashes ? kFeatureHashes : 0);
  if (Status s = prepare_runs(); !s) return s;
  if (Status s = create_text_storer(); !s) return s;
  if (Status s = merge_documents(figures); !s) return s;
  if (Status s = write_lengths(); !s) return s;
  if (text_storer_ == nullptr) return merge_terms(figures);
  if (setup_.threads > 1 && setup_.memory_bytes >= kEnoughForBoth) {
    return merge_terms_and_texts(figures);
  }
  if (Status s = merge_terms(figures); !s) return s;
  lengths_.reset();
  return text_storer_->store(
      [this](double share) { return report(Stage::kStoring, share); });
}

}  // namespace kwic
