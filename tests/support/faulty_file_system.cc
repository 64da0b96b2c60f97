// SPDX-License-Identifier: Apache-2.0
#include "tests/support/faulty_file_system.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/system_error.h"

namespace kwic {

class FaultyFile final : public WritableFile {
 public:
  FaultyFile(FaultyFileSystem& files, std::unique_ptr<WritableFile> real)
      : files_(files), real_(std::move(real)) {}

  Status write_at(std::uint64_t offset, ByteView bytes) override {
    if (Status s = files_.call("write_at"); !s) return s;
    const std::size_t fits = files_.take_disk(bytes.size());
    if (Status s = real_->write_at(offset, bytes.first(fits)); !s) return s;
    if (fits == bytes.size()) return {};
    return system_error(ENOSPC, "write to", "a file");
  }
  Status read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    if (Status s = files_.call("read_at"); !s) return s;
    return real_->read_at(offset, out);
  }
  Status truncate(std::uint64_t size) override {
    if (Status s = files_.call("truncate"); !s) return s;
    return real_->truncate(size);
  }
  Status set_read_only() override {
    if (Status s = files_.call("set_read_only"); !s) return s;
    return real_->set_read_only();
  }
  Status sync() override {
    if (Status s = files_.call("sync"); !s) return s;
    return real_->sync();
  }
  Status close() override {
    Status closed = real_->close();
    if (Status s = files_.call("close"); !s) return s;
    return closed;
  }

 private:
  FaultyFileSystem& files_;
  std::unique_ptr<WritableFile> real_;
};

void FaultyFileSystem::fail_at(std::uint64_t call, Status error,
                               Repeat repeat) {
  fail_at_ = call;
  error_ = std::move(error);
  repeat_ = repeat;
}

Status FaultyFileSystem::call(const char* name) {
  const std::uint64_t number = calls_++;
  const bool fails =
      repeat_ == Repeat::kOnce ? number == fail_at_ : number >= fail_at_;
  if (!fails) return {};
  failed_call_ = name;
  return error_;
}

std::size_t FaultyFileSystem::take_disk(std::size_t bytes) {
  const std::uint64_t left = disk_left_;
  const auto fits =
      static_cast<std::size_t>(std::min<std::uint64_t>(bytes, left));
  disk_left_ = left - fits;
  return fits;
}

Result<std::unique_ptr<WritableFile>> FaultyFileSystem::create(
    const std::string& path) {
  if (Status s = call("create"); !s) return s;
  auto file = real_.create(path);
  if (!file) return file.error();
  return std::unique_ptr<WritableFile>(
      std::make_unique<FaultyFile>(*this, *std::move(file)));
}

Status FaultyFileSystem::rename(const std::string& from,
                                const std::string& to) {
  if (Status s = call("rename"); !s) return s;
  return real_.rename(from, to);
}

Status FaultyFileSystem::remove(const std::string& path) {
  if (Status s = call("remove"); !s) return s;
  return real_.remove(path);
}

Status FaultyFileSystem::remove_if_abandoned(const std::string& path) {
  if (Status s = call("remove_if_abandoned"); !s) return s;
  return real_.remove_if_abandoned(path);
}

Result<FileKind> FaultyFileSystem::kind(const std::string& path) {
  if (Status s = call("kind"); !s) return s;
  return real_.kind(path);
}

Status FaultyFileSystem::sync_folder(const std::string& folder) {
  if (Status s = call("sync_folder"); !s) return s;
  return real_.sync_folder(folder);
}

Result<std::vector<std::string>> FaultyFileSystem::list(
    const std::string& folder) {
  if (Status s = call("list"); !s) return s;
  return real_.list(folder);
}

}  // namespace kwic
