// SPDX-License-Identifier: Apache-2.0
#include "index/region.h"

#include <sys/mman.h>
#include <unistd.h>

#include <new>

namespace kwic {

Region::Region(std::size_t size) : size_(size) {
  if (size == 0) return;
  void* p = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  // Touching fresh 4 KiB pages one by one would cost more than inverting the
  // text that goes into them. A hint; refusal changes nothing.
  if (size >= (std::size_t{4} << 20)) ::madvise(p, size, MADV_HUGEPAGE);
#endif
  data_ = static_cast<std::uint8_t*>(p);
}

void Region::discard(std::size_t begin, std::size_t end) noexcept {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  begin = (begin + page - 1) & ~(page - 1);
  end &= ~(page - 1);
  if (begin < end) (void)::madvise(data_ + begin, end - begin, MADV_DONTNEED);
}

Region::~Region() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

}  // namespace kwic
