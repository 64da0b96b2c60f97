// SPDX-License-Identifier: Apache-2.0
// FolderWalker: the files under a folder, in bytewise order of their names.
//
// Folders are opened one below the other by descriptor, so that paths of any
// length work and a folder that is exchanged for a link while it is walked
// leads nowhere else. The depth is kept on a heap, not on the stack.
#ifndef KWIC_INDEX_FOLDER_WALKER_H_
#define KWIC_INDEX_FOLDER_WALKER_H_

#include <sys/stat.h>

#include <functional>
#include <string>
#include <string_view>

#include "kwic/corpus.h"
#include "kwic/status.h"

namespace kwic {

// A regular file that was come upon.
struct FoundFile {
  int folder = -1;             // descriptor of its folder
  const char* name = nullptr;  // within that
  std::string_view path;       // the root as given, '/', the relative path
  std::string_view relative;   // from the root on
  struct stat info = {};       // as seen; what is opened may be another
  bool through_link = false;   // a link was followed to it
};

struct WalkOptions {
  bool follow_links = false;
  int max_depth = 256;
  // Calls for each regular file; an error ends the walk and is returned.
  std::function<Status(const FoundFile&)> visit;
  // Calls for each thing passed over. Must not be empty.
  std::function<void(std::string_view path, SkipReason reason,
                     std::string_view detail)>
      skip;
};

// Walks the folder at `root`, which is followed if it is a link. A folder that
// cannot be read is passed over like anything else.
Status walk_folder(const std::string& root, const WalkOptions& options);

}  // namespace kwic

#endif  // KWIC_INDEX_FOLDER_WALKER_H_
