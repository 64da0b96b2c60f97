// SPDX-License-Identifier: Apache-2.0
// kwic cat: a stored document, byte for byte.
#include <unistd.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/report.h"

namespace kwic::cli {

const Manual kCatManual = {
    "cat", "cat FILE ID", "print the stored text of a document",
    "Print a stored document, byte for byte as it was indexed. ID is what "
    "search\n"
    "shows: the path of a file in its folder, or the id of a JSON line.\n"
    "\n"
    "The bytes are not made safe for a terminal. Look at texts of unknown "
    "origin\n"
    "through a pager: kwic cat FILE ID | less",
    "Examples:\n"
    "  kwic cat docs.kwic notes/today.md\n"
    "  kwic cat docs.kwic notes/today.md > today.md"};

int run_cat(const Words& words) {
  Arguments arguments(kCatManual);
  if (auto exit = arguments.parse(words, 2, 2)) return *exit;
  const std::string& path = arguments.positionals()[0];
  const std::string& id = arguments.positionals()[1];
  const Result<Index> index = Index::open(path);
  if (!index) return fail_open(path, index.error());
  const Result<DocId> doc = index->find(id);
  if (!doc && doc.error().code() == StatusCode::kNotFound) {
    return fail(path + ": no document " + in_quotes(id) +
                ". Ids are listed by: kwic search " + path + " --ids WORD");
  }
  if (!doc) return fail_at(path, doc.error());
  if (!index->stats().has_text) {
    return fail(path + ": the index was built with --no-text and holds no " +
                "texts. Build it without that option.");
  }
  const Result<StoredText> text = index->text(*doc);
  if (!text) return fail_at(path, text.error());
  Output out(STDOUT_FILENO);
  out.raw(text->body);
  return out.finish(kExitOk);
}

}  // namespace kwic::cli
