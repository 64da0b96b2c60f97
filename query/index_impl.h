// SPDX-License-Identifier: Apache-2.0
// Index::Impl: the opened file and the readers of its parts, for Index and
// Searcher.
#ifndef KWIC_QUERY_INDEX_IMPL_H_
#define KWIC_QUERY_INDEX_IMPL_H_

#include <memory>
#include <utility>

#include "analysis/analyzer.h"
#include "format/doc_store.h"
#include "format/document_table.h"
#include "format/index_file.h"
#include "format/term_dictionary.h"
#include "kwic/index.h"

namespace kwic {

// Constant after construction. The readers view into the file.
class Index::Impl {
 public:
  Impl(std::shared_ptr<const IndexFile> opened, const Analyzer& text_analyzer)
      : file(std::move(opened)),
        analyzer(text_analyzer),
        dictionary(*file),
        documents(*file),
        store(*file) {}

  // An opened file as an Index, if this kwic has the file's analyzer.
  static Result<Index> adopt(Result<std::shared_ptr<const IndexFile>> opened);

  const std::shared_ptr<const IndexFile> file;
  const Analyzer& analyzer;
  const TermDictionary dictionary;
  const DocumentTable documents;
  const DocStore store;
};

}  // namespace kwic

#endif  // KWIC_QUERY_INDEX_IMPL_H_
