// SPDX-License-Identifier: Apache-2.0
// WorkerPool: the workers of a build, and the batches on their way to them.
//
// Documents are copied into batches, and a bounded number of batches circulates
// between the caller and the workers, so that a fast reader waits instead of
// filling the memory. A document too large for a batch is not copied: the
// caller waits until a worker is done with it. With one worker there are no
// threads at all, and nothing is copied.
#ifndef KWIC_INDEX_WORKER_POOL_H_
#define KWIC_INDEX_WORKER_POOL_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "index/build_worker.h"
#include "kwic/index_builder.h"
#include "kwic/status.h"

namespace kwic {

class WorkerPool {
 public:
  // Called again and again while the caller waits; an error ends the waiting.
  using Idle = std::function<Status()>;

  // REQUIRES: at least one worker.
  WorkerPool(std::vector<std::unique_ptr<BuildWorker>> workers,
             std::size_t batch_bytes, Idle idle);
  ~WorkerPool();  // drops what is still under way
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // May report the failure of an earlier document. The pool is of no use then.
  Status add(const Document& document, std::uint64_t sequence);

  // Waits for all and finishes the workers.
  Status finish(const FrequentWords& words);

  // Batches that circulate among that many workers.
  static std::size_t batch_count(std::size_t workers) noexcept {
    return workers < 2 ? 0 : workers + 2;
  }
  std::vector<const TextSpill*> texts() const;
  // After finish(): see BuildWorker.
  void release_runs() noexcept {
    for (const auto& worker : workers_) worker->release_run();
  }

 private:
  struct Entry {
    std::size_t id_size, title_size, body_size;
    std::int64_t modified;
  };
  struct Batch {
    std::uint64_t sequence = 0;  // of the first document
    std::string bytes;           // id, title, body of each
    std::vector<Entry> documents;
    const Document* large = nullptr;  // instead of all that
  };

  template <typename Condition>
  Status wait(std::unique_lock<std::mutex>& lock, const Condition& condition);
  Result<Batch*> free_batch();
  void submit(Batch* batch);
  bool fits(const Document& document) const;
  Status add_large(const Document& document, std::uint64_t sequence);
  void run(BuildWorker& worker);
  void work(BuildWorker& worker, std::unique_lock<std::mutex>& lock);
  static Status process(BuildWorker& worker, const Batch& batch);
  void stop();

  std::vector<std::unique_ptr<BuildWorker>> workers_;
  std::size_t batch_bytes_;
  Idle idle_;
  std::vector<std::unique_ptr<Batch>> batches_;
  Batch* filling_ = nullptr;  // of the caller's thread

  std::mutex mutex_;
  std::condition_variable to_workers_, to_caller_;
  // Guarded by mutex_:
  std::deque<Batch*> queue_;
  std::vector<Batch*> free_;
  std::size_t running_ = 0;               // threads
  bool closed_ = false;                   // no more batches will come
  const FrequentWords* words_ = nullptr;  // set when closed_ is
  bool dropped_ = false;                  // and what was done is of no use
  Status error_;                          // the first one

  std::vector<std::thread> threads_;
};

}  // namespace kwic

#endif  // KWIC_INDEX_WORKER_POOL_H_
