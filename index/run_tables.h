// SPDX-License-Identifier: Apache-2.0
// What every document of every run is called in the result, and where it
// begins in its run: looked up at random for each occurrence that is merged.
//
// RunTables has that in memory, nine bytes or so a document. NumberFile has it
// in a temporary file instead, from which tables of some of the runs can be
// made, so that documents of any number can be merged within the memory cap.
#ifndef KWIC_INDEX_RUN_TABLES_H_
#define KWIC_INDEX_RUN_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/file_system.h"
#include "index/place_map.h"
#include "index/region.h"
#include "index/run_format.h"
#include "kwic/status.h"

namespace kwic {

// Takes the documents of runs, those of each in order.
class NumberSink {
 public:
  virtual ~NumberSink() = default;
  // `number`: in the result; TermSource::kNoDocument if it is left out.
  virtual Status add(std::size_t run, std::uint32_t number,
                     const RunDocument& document) = 0;
};

class RunTables final : public NumberSink {
 public:
  // Room for all documents of `runs`, which must outlive this.
  explicit RunTables(std::span<const Run> runs);
  // Bytes that the tables of a run take.
  static std::size_t memory_size(const Run& run) noexcept;

  Status add(std::size_t run, std::uint32_t number,
             const RunDocument& document) override {
    return add(run, number, document.length, document.first_position);
  }
  Status add(std::size_t run, std::uint32_t number, std::uint32_t length,
             std::uint32_t first_position);

  std::span<const std::uint32_t> new_numbers(std::size_t run) const {
    return new_numbers_[run];
  }
  // Of a run in files.
  const PlaceMap& places(std::size_t run) const { return places_[run]; }

 private:
  std::span<const Run> runs_;
  Region memory_;
  std::vector<std::span<std::uint32_t>> new_numbers_;
  std::vector<PlaceMap> places_;
  std::vector<std::uint32_t> added_;  // documents of each run
};

class NumberFile final : public NumberSink {
 public:
  NumberFile(std::span<const Run> runs, std::unique_ptr<WritableFile> file);

  Status add(std::size_t run, std::uint32_t number,
             const RunDocument& document) override;
  // Ends adding.
  Status finish();
  // The tables of `runs`, of which the first is number `first` of all.
  Result<std::unique_ptr<RunTables>> tables(std::span<const Run> runs,
                                            std::size_t first);

 private:
  struct Record {
    std::uint32_t number, length, first_position;
  };
  struct Column {
    std::uint64_t begin = 0;       // in the file, in records
    std::uint64_t documents = 0;   // of the run
    std::uint64_t written = 0;     // records
    std::vector<Record> buffered;  // those behind them
  };
  Status flush(Column& column);

  std::unique_ptr<WritableFile> file_;
  std::vector<Column> columns_;
};

}  // namespace kwic

#endif  // KWIC_INDEX_RUN_TABLES_H_
