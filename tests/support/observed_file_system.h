// SPDX-License-Identifier: Apache-2.0
// ObservedFileSystem: the real file system, and a function that is called
// before each call, and once in the middle of each write.
#ifndef KWIC_TESTS_SUPPORT_OBSERVED_FILE_SYSTEM_H_
#define KWIC_TESTS_SUPPORT_OBSERVED_FILE_SYSTEM_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/file_system.h"

namespace kwic::testing {

class ObservedFileSystem final : public FileSystem {
 public:
  // Is called by whatever thread makes the call.
  using Observer = std::function<void()>;

  explicit ObservedFileSystem(Observer observer)
      : observer_(std::move(observer)), real_(posix_file_system()) {}

  Result<std::unique_ptr<WritableFile>> create(
      const std::string& path) override {
    observer_();
    auto file = real_.create(path);
    if (!file) return file.error();
    return std::unique_ptr<WritableFile>(
        std::make_unique<File>(*this, *std::move(file)));
  }
  Status rename(const std::string& from, const std::string& to) override {
    observer_();
    return real_.rename(from, to);
  }
  Status remove(const std::string& path) override {
    observer_();
    return real_.remove(path);
  }
  Status remove_if_abandoned(const std::string& path) override {
    observer_();
    return real_.remove_if_abandoned(path);
  }
  Result<FileKind> kind(const std::string& path) override {
    observer_();
    return real_.kind(path);
  }
  Status sync_folder(const std::string& folder) override {
    observer_();
    return real_.sync_folder(folder);
  }
  Result<std::vector<std::string>> list(const std::string& folder) override {
    observer_();
    return real_.list(folder);
  }

 private:
  class File final : public WritableFile {
   public:
    File(ObservedFileSystem& files, std::unique_ptr<WritableFile> real)
        : files_(files), real_(std::move(real)) {}

    Status write_at(std::uint64_t offset, ByteView bytes) override {
      files_.observer_();
      const std::size_t half = bytes.size() / 2;
      if (Status s = real_->write_at(offset, bytes.first(half)); !s) return s;
      files_.observer_();
      return real_->write_at(offset + half, bytes.subspan(half));
    }
    Status read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
      files_.observer_();
      return real_->read_at(offset, out);
    }
    Status truncate(std::uint64_t size) override {
      files_.observer_();
      return real_->truncate(size);
    }
    Status set_read_only() override {
      files_.observer_();
      return real_->set_read_only();
    }
    Status sync() override {
      files_.observer_();
      return real_->sync();
    }
    Status close() override {
      files_.observer_();
      return real_->close();
    }

   private:
    ObservedFileSystem& files_;
    std::unique_ptr<WritableFile> real_;
  };

  const Observer observer_;
  FileSystem& real_;
};

}  // namespace kwic::testing

#endif  // KWIC_TESTS_SUPPORT_OBSERVED_FILE_SYSTEM_H_
