// SPDX-License-Identifier: Apache-2.0
#include "index/worker_pool.h"

#include <chrono>
#include <utility>

#include "index/guarded.h"

namespace kwic {
namespace {

// A batch has room for one document in so many bytes.
constexpr std::size_t kBytesPerEntry = 256;
constexpr std::chrono::milliseconds kIdleInterval{50};

}  // namespace

WorkerPool::WorkerPool(std::vector<std::unique_ptr<BuildWorker>> workers,
                       std::size_t batch_bytes, Idle idle)
    : workers_(std::move(workers)),
      batch_bytes_(batch_bytes),
      idle_(std::move(idle)) {
  for (std::size_t i = batch_count(workers_.size()); i-- > 0;) {
    batches_.push_back(std::make_unique<Batch>());
    free_.push_back(batches_.back().get());
  }
  if (workers_.size() < 2) return;
  try {
    for (const auto& worker : workers_) {
      threads_.emplace_back([this, w = worker.get()] { run(*w); });
      const std::lock_guard lock(mutex_);
      ++running_;
    }
  } catch (...) {
    stop();
    throw;
  }
}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = dropped_ = true;
    queue_.clear();
  }
  to_workers_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

Status WorkerPool::process(BuildWorker& worker, const Batch& batch) {
  if (batch.large != nullptr) return worker.add(*batch.large, batch.sequence);
  std::uint64_t sequence = batch.sequence;
  std::string_view bytes = batch.bytes;
  const auto take = [&bytes](std::size_t size) {
    const std::string_view front = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return front;
  };
  for (const Entry& entry : batch.documents) {
    Document document;
    document.id = take(entry.id_size);
    document.title = take(entry.title_size);
    document.body = take(entry.body_size);
    document.modified = entry.modified;
    if (Status s = worker.add(document, sequence++); !s) return s;
  }
  return {};
}

// The body of a worker's thread.
void WorkerPool::run(BuildWorker& worker) {
  std::unique_lock lock(mutex_);
  work(worker, lock);
  --running_;
  to_caller_.notify_one();
}

void WorkerPool::work(BuildWorker& worker, std::unique_lock<std::mutex>& lock) {
  for (;;) {
    to_workers_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) break;
    Batch* const batch = queue_.front();
    queue_.pop_front();
    const bool failed = !error_.ok();
    lock.unlock();
    Status status;
    if (!failed) {
      status = guarded([&] { return process(worker, *batch); });
    }
    lock.lock();
    if (error_.ok()) error_ = std::move(status);
    free_.push_back(batch);
    to_caller_.notify_one();
  }
  if (!error_.ok() || dropped_) return;
  lock.unlock();
  Status status = guarded([&] { return worker.finish(*words_); });
  lock.lock();
  if (error_.ok()) error_ = std::move(status);
}

// Waits for the condition, which the workers make true under the lock.
template <typename Condition>
Status WorkerPool::wait(std::unique_lock<std::mutex>& lock,
                        const Condition& condition) {
  while (!to_caller_.wait_for(lock, kIdleInterval, condition)) {
    lock.unlock();
    Status s = idle_();
    lock.lock();
    if (s.ok()) continue;
    if (error_.ok()) error_ = s;
    return s;
  }
  return {};
}

Result<WorkerPool::Batch*> WorkerPool::free_batch() {
  std::unique_lock lock(mutex_);
  if (Status s = wait(lock, [this] { return !free_.empty(); }); !s) return s;
  if (!error_.ok()) return error_;
  Batch* const batch = free_.back();
  free_.pop_back();
  return batch;
}

void WorkerPool::submit(Batch* batch) {
  if (batch == nullptr) return;
  const std::lock_guard lock(mutex_);
  queue_.push_back(batch);
  to_workers_.notify_one();
}

Status WorkerPool::add_large(const Document& document, std::uint64_t sequence) {
  submit(std::exchange(filling_, nullptr));
  Result<Batch*> batch = free_batch();
  if (!batch) return batch.error();
  (*batch)->large = &document;
  (*batch)->sequence = sequence;
  submit(*batch);
  // The document is the caller's, so all of it must be done with, even after
  // an error, which the workers meet soon themselves.
  std::unique_lock lock(mutex_);
  const auto done = [this] { return free_.size() == batches_.size(); };
  if (Status s = wait(lock, done); !s) to_caller_.wait(lock, done);
  return error_;
}

bool WorkerPool::fits(const Document& document) const {
  const std::size_t size =
      document.id.size() + document.title.size() + document.body.size();
  return size <= batch_bytes_ - filling_->bytes.size() &&
         filling_->documents.size() < filling_->documents.capacity();
}

Status WorkerPool::add(const Document& document, std::uint64_t sequence) {
  if (threads_.empty()) return workers_[0]->add(document, sequence);
  const std::size_t size =
      document.id.size() + document.title.size() + document.body.size();
  if (size > batch_bytes_) return add_large(document, sequence);
  if (filling_ != nullptr && !fits(document)) {
    submit(std::exchange(filling_, nullptr));
  }
  if (filling_ == nullptr) {
    Result<Batch*> batch = free_batch();
    if (!batch) return batch.error();
    filling_ = *batch;
    filling_->large = nullptr;
    filling_->sequence = sequence;
    filling_->documents.clear();
    filling_->documents.reserve(batch_bytes_ / kBytesPerEntry + 1);
    filling_->bytes.clear();
    filling_->bytes.reserve(batch_bytes_);
  }
  filling_->documents.push_back({document.id.size(), document.title.size(),
                                 document.body.size(), document.modified});
  filling_->bytes += document.id;
  filling_->bytes += document.title;
  filling_->bytes += document.body;
  return {};
}

Status WorkerPool::finish(const FrequentWords& words) {
  if (threads_.empty()) return workers_[0]->finish(words);
  submit(std::exchange(filling_, nullptr));
  Status waited;
  {
    std::unique_lock lock(mutex_);
    words_ = &words;
    closed_ = true;
    to_workers_.notify_all();
    waited = wait(lock, [this] { return running_ == 0; });
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  if (!waited) return waited;
  for (auto& batch : batches_) batch.reset();
  return error_;
}

std::vector<const TextSpill*> WorkerPool::texts() const {
  std::vector<const TextSpill*> texts;
  for (const auto& worker : workers_) {
    if (worker->texts() != nullptr) texts.push_back(worker->texts());
  }
  return texts;
}

}  // namespace kwic
