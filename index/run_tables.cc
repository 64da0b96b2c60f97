// SPDX-License-Identifier: Apache-2.0
#include "index/run_tables.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"

namespace kwic {
namespace {

// Each run has its own.
constexpr std::size_t kBufferedRecords = 256;
constexpr std::size_t kRecordsAtOnce = 4096;

// A run in memory has its own places.
std::size_t place_table_size(const Run& run) noexcept {
  if (run.memory != nullptr || run.renumbered) return 0;
  return PlaceMap::memory_size(run.documents, run.entries);
}

std::size_t number_table_size(const Run& run) noexcept {
  return run.renumbered ? 0 : run.documents;
}

}  // namespace

std::size_t RunTables::memory_size(const Run& run) noexcept {
  return (number_table_size(run) + place_table_size(run)) *
         sizeof(std::uint32_t);
}

RunTables::RunTables(std::span<const Run> runs)
    : runs_(runs), added_(runs.size()) {
  std::size_t size = 0;
  for (const Run& run : runs) size += memory_size(run);
  memory_ = Region(size);
  std::span<std::uint32_t> left = {
      reinterpret_cast<std::uint32_t*>(memory_.data()),
      size / sizeof(std::uint32_t)};
  const auto take = [&left](std::size_t n) {
    const std::span<std::uint32_t> taken = left.first(n);
    left = left.subspan(n);
    return taken;
  };
  for (const Run& run : runs) {
    new_numbers_.push_back(take(number_table_size(run)));
    places_.emplace_back();
    if (run.memory != nullptr || run.renumbered) continue;
    places_.back() =
        PlaceMap(run.documents, run.entries, take(place_table_size(run)));
  }
}

Status RunTables::add(std::size_t run, std::uint32_t number,
                      std::uint32_t length, std::uint32_t first_position) {
  std::uint32_t& added = added_[run];
  if (added == new_numbers_[run].size()) return damaged_run();
  new_numbers_[run][added++] = number;
  if (runs_[run].memory != nullptr) return {};
  return places_[run].add(length, first_position) ? Status() : damaged_run();
}

NumberFile::NumberFile(std::span<const Run> runs,
                       std::unique_ptr<WritableFile> file)
    : file_(std::move(file)), columns_(runs.size()) {
  std::uint64_t begin = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    columns_[i].begin = begin;
    columns_[i].documents = runs[i].documents;
    begin += runs[i].documents;
  }
}

Status NumberFile::add(std::size_t run, std::uint32_t number,
                       const RunDocument& document) {
  Column& column = columns_[run];
  if (column.written + column.buffered.size() == column.documents) {
    return damaged_run();
  }
  if (column.buffered.empty()) column.buffered.reserve(kBufferedRecords);
  column.buffered.push_back({number, document.length, document.first_position});
  return column.buffered.size() == kBufferedRecords ? flush(column) : Status();
}

Status NumberFile::flush(Column& column) {
  if (column.buffered.empty()) return {};
  Status s = file_->write_at(
      (column.begin + column.written) * sizeof(Record),
      {reinterpret_cast<const std::uint8_t*>(column.buffered.data()),
       column.buffered.size() * sizeof(Record)});
  column.written += column.buffered.size();
  column.buffered.clear();
  return s;
}

Status NumberFile::finish() {
  for (Column& column : columns_) {
    if (Status s = flush(column); !s) return s;
    std::vector<Record>().swap(column.buffered);
  }
  return {};
}

Result<std::unique_ptr<RunTables>> NumberFile::tables(std::span<const Run> runs,
                                                      std::size_t first) {
  auto tables = std::make_unique<RunTables>(runs);
  std::vector<Record> records;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const Column& column = columns_[first + run];
    for (std::uint64_t at = 0; at < column.written; at += records.size()) {
      records.resize(static_cast<std::size_t>(
          std::min<std::uint64_t>(kRecordsAtOnce, column.written - at)));
      Status s =
          file_->read_at((column.begin + at) * sizeof(Record),
                         {reinterpret_cast<std::uint8_t*>(records.data()),
                          records.size() * sizeof(Record)});
      if (!s) return s;
      for (const Record& r : records) {
        s = tables->add(run, r.number, r.length, r.first_position);
        if (!s) return s;
      }
    }
  }
  return tables;
}

}  // namespace kwic
