// SPDX-License-Identifier: Apache-2.0
// Counts the documents that match a query in an index that lies inside another
// file: an archive, an installer, a firmware image. Links kwic::reader only,
// which has no builder in it.
//
//     reader_only FILE OFFSET LENGTH QUERY
#include <fcntl.h>
#include <kwic/index.h>
#include <kwic/searcher.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <iostream>
#include <string_view>

namespace {

bool parse(std::string_view text, std::uint64_t* number) {
  const char* end = text.data() + text.size();
  auto result = std::from_chars(text.data(), end, *number);
  return result.ec == std::errc() && result.ptr == end;
}

kwic::Result<std::uint64_t> count(int fd, std::uint64_t offset,
                                  std::uint64_t length,
                                  std::string_view query) {
  auto index = kwic::Index::open_fd(fd, offset, length);
  if (!index) return index.error();
  kwic::Searcher searcher(*index);
  return searcher.count(query);
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  if (argc != 5 || !parse(argv[2], &offset) || !parse(argv[3], &length)) {
    std::cerr << "usage: reader_only FILE OFFSET LENGTH QUERY\n";
    return 2;
  }
  int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    std::cerr << "reader_only: cannot open " << argv[1] << "\n";
    return 2;
  }
  auto matches = count(fd, offset, length, argv[4]);
  close(fd);
  if (!matches) {
    std::cerr << "reader_only: " << matches.error().message() << "\n";
    return 2;
  }
  std::cout << *matches << "\n";
  return *matches > 0 ? 0 : 1;
}
