// SPDX-License-Identifier: Apache-2.0
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.BytesRef;

/**
 * Lucene: one segment, one text field with frequencies, positions and lengths;
 * ids as doc values. One thread, no query cache.
 */
final class LuceneEngine {
  private static final Similarity BM25 = new BM25Similarity(1.2f, 0.75f);
  private static final double BUFFER_MIB = 256;
  // Hits after which Lucene may pass over what cannot be among the best.
  private static final int PRUNED = 10;
  private static final int EVERY_MATCH = Integer.MAX_VALUE;

  private final IndexReader reader;
  private final IndexSearcher searcher;
  private final boolean oneSearch;

  LuceneEngine(Path folder, boolean oneSearch) throws IOException {
    this.oneSearch = oneSearch;
    reader = DirectoryReader.open(new MMapDirectory(folder));
    searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    searcher.setSimilarity(BM25);
  }

  // ----------------------------------------------------------------- building

  static void build(Path corpus, Path folder, boolean keepText)
      throws IOException {
    Files.createDirectories(folder);
    try (Directory directory = new MMapDirectory(folder);
        IndexWriter writer =
            new IndexWriter(
                directory, config(IndexWriterConfig.OpenMode.CREATE));
        BufferedReader in =
            Files.newBufferedReader(corpus, StandardCharsets.UTF_8)) {
      for (String line; (line = in.readLine()) != null; ) {
        if (!line.isBlank()) {
          writer.addDocument(documentOf(PeerCorpus.parse(line), keepText));
        }
      }
      writer.commit();
    }
  }

  static void optimize(Path folder) throws IOException {
    try (Directory directory = new MMapDirectory(folder);
        IndexWriter writer =
            new IndexWriter(
                directory, config(IndexWriterConfig.OpenMode.APPEND))) {
      writer.forceMerge(1);
      writer.commit();
    }
  }

  private static IndexWriterConfig config(IndexWriterConfig.OpenMode mode) {
    IndexWriterConfig config = new IndexWriterConfig(new WordAnalyzer());
    config.setOpenMode(mode);
    config.setRAMBufferSizeMB(BUFFER_MIB);
    config.setUseCompoundFile(false);
    config.setSimilarity(BM25);
    return config;
  }

  private static Document documentOf(PeerCorpus from, boolean keepText) {
    Document document = new Document();
    document.add(new BinaryDocValuesField("id", new BytesRef(from.id)));
    document.add(
        new TextField(
            "text",
            from.title + " " + from.body,
            keepText ? Field.Store.YES : Field.Store.NO));
    return document;
  }

  // ---------------------------------------------------------------- searching

  /** What a query gave: `top` is null for COUNT, `count` unset for TOP_10. */
  static final class Answer {
    long count;
    TopDocs top;
  }

  /** All of it is timed: the query object is made here. */
  Answer run(PeerQuery asked) throws IOException {
    Query query = queryOf(asked);
    Answer answer = new Answer();
    switch (asked.command) {
      case COUNT -> answer.count = searcher.count(query);
      case TOP_10 -> answer.top = searcher.search(query, top10(PRUNED));
      case TOP_10_COUNT -> {
        if (fasterApart(asked.kind)) {
          answer.top = searcher.search(query, top10(PRUNED));
          answer.count = searcher.count(query);
        } else {
          answer.top = searcher.search(query, top10(EVERY_MATCH));
          answer.count = answer.top.totalHits.value();
        }
      }
    }
    return answer;
  }

  /**
   * Whether the best ten and the count are found faster by two searches, one
   * that passes over matches and one without scores, than by one that scores
   * every match. For these kinds it took a sixth of the time where there were
   * many documents (783,725), four fifths where there were few (12,508).
   */
  private boolean fasterApart(PeerQuery.Kind kind) {
    return !oneSearch
        && (kind == PeerQuery.Kind.TERM || kind == PeerQuery.Kind.OR);
  }

  /**
   * For one search: it remembers what score was needed, and a second search
   * with it would leave out what is below.
   */
  private static TopScoreDocCollectorManager top10(int threshold) {
    return new TopScoreDocCollectorManager(10, null, threshold);
  }

  String idOf(int doc) throws IOException {
    List<LeafReaderContext> leaves = reader.leaves();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(doc, leaves));
    BinaryDocValues ids = leaf.reader().getBinaryDocValues("id");
    return ids.advanceExact(doc - leaf.docBase)
        ? ids.binaryValue().utf8ToString()
        : "";
  }

  private static Query queryOf(PeerQuery asked) {
    if (asked.kind == PeerQuery.Kind.TERM) {
      return new TermQuery(termOf(asked.terms.get(0)));
    }
    if (asked.kind == PeerQuery.Kind.PHRASE) {
      PhraseQuery.Builder phrase = new PhraseQuery.Builder();
      for (String word : asked.terms) {
        phrase.add(termOf(word));
      }
      return phrase.build();
    }
    Occur occur =
        asked.kind == PeerQuery.Kind.AND ? Occur.MUST : Occur.SHOULD;
    BooleanQuery.Builder clauses = new BooleanQuery.Builder();
    for (String word : asked.terms) {
      clauses.add(new TermQuery(termOf(word)), occur);
    }
    return clauses.build();
  }

  private static Term termOf(String word) {
    return new Term("text", word);
  }
}
