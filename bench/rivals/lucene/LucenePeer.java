// SPDX-License-Identifier: Apache-2.0
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.Version;

/**
 * Lucene 10 behind the comparison protocol. The verbs are those of
 * bench/rivals/peer_driver.h, and `version`. It is started by lucene_peer.
 *
 * <p>A virtual machine answers its first queries slowly: --warmup should be
 * 100 or more, which bench/engines.py sees to.
 */
public final class LucenePeer {
  private static final String USAGE =
      """
      usage: lucene_peer build CORPUS.jsonl FOLDER [--store]
             lucene_peer optimize FOLDER
             lucene_peer query FOLDER < COMMAND<TAB>QUERY lines
             lucene_peer bench FOLDER QUERIES OUT.tsv [--warmup=N] [--runs=N] \
      [--max-ms=N]
             lucene_peer version
      --one-search: TOP_10_COUNT is always one search, also where two are faster
      """;

  // Lucene tells at each start that it found the vector module; that it did not
  // would be a warning. (Kept here, else the level is forgotten.)
  private static final Logger LOGGER = Logger.getLogger("org.apache.lucene");

  private LucenePeer() {}

  // ------------------------------------------------------------------ answers

  private static void serve(LuceneEngine engine) throws Exception {
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      PeerQuery query = PeerQuery.parse(line);
      out.println(query == null ? "UNSUPPORTED" : answer(engine, query));
    }
  }

  private static String answer(LuceneEngine engine, PeerQuery query)
      throws Exception {
    LuceneEngine.Answer answer = engine.run(query);
    if (query.command == PeerQuery.Command.COUNT) {
      return Long.toString(answer.count);
    }
    StringBuilder out = new StringBuilder("{");
    if (query.command == PeerQuery.Command.TOP_10_COUNT) {
      out.append("\"count\":").append(answer.count).append(',');
    }
    out.append("\"hits\":[");
    String separator = "";
    for (ScoreDoc hit : answer.top.scoreDocs) {
      out.append(separator).append('[').append(quoted(engine.idOf(hit.doc)));
      out.append(',').append(hit.score).append(']');
      separator = ",";
    }
    return out.append("]}").toString();
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); ++i) {
      char c = text.charAt(i);
      if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
        continue;
      }
      out.append(c == '"' || c == '\\' ? "\\" : "").append(c);
    }
    return out.append('"').toString();
  }

  // ------------------------------------------------------------------- timing

  /** A query to be timed, and its times so far. */
  private static final class Timed {
    final PeerQuery query;
    final double[] micros;
    int runs;
    double spent;
    long result; // hits of TOP_10, else the count

    Timed(PeerQuery query, int mostRuns) {
      this.query = query;
      this.micros = new double[mostRuns];
    }

    void timeOnce(LuceneEngine engine, boolean measured) throws Exception {
      long start = System.nanoTime();
      LuceneEngine.Answer answer = engine.run(query);
      double took = (System.nanoTime() - start) / 1000.0;
      result =
          query.command == PeerQuery.Command.TOP_10
              ? answer.top.scoreDocs.length
              : answer.count;
      spent += took;
      if (measured) {
        micros[runs++] = took;
      }
    }
  }

  /**
   * Whole rounds, so that no query follows itself; a query that has used up its
   * time is left out of further rounds.
   */
  private static void timeQueries(
      LuceneEngine engine, Path queries, Path out, Map<String, String> flags)
      throws Exception {
    int warmup = Integer.parseInt(flags.getOrDefault("warmup", "2"));
    int runs = Integer.parseInt(flags.getOrDefault("runs", "7"));
    double most =
        1000.0 * Integer.parseInt(flags.getOrDefault("max-ms", "2000"));
    List<Timed> items = new ArrayList<>();
    for (String line : Files.readAllLines(queries)) {
      PeerQuery query = PeerQuery.parse(line);
      if (query != null) {
        items.add(new Timed(query, runs));
      }
    }
    for (int round = 0; round < warmup + runs; ++round) {
      boolean measured = round >= warmup;
      double allowed = measured ? most : most / 2;
      for (Timed item : items) {
        boolean needed = measured && item.runs == 0;
        if (needed || item.spent <= allowed) {
          item.timeOnce(engine, measured);
        }
      }
    }
    writeTimes(items, out);
  }

  private static void writeTimes(List<Timed> items, Path path)
      throws Exception {
    try (BufferedWriter out = Files.newBufferedWriter(path)) {
      out.write(
          "engine\tcmd\tkind\tterms\tquery\tresult\tbest_us\tmedian_us"
              + "\truns\n");
      for (Timed item : items) {
        if (item.runs == 0) {
          continue;
        }
        double[] micros = Arrays.copyOf(item.micros, item.runs);
        Arrays.sort(micros);
        PeerQuery query = item.query;
        out.write(
            String.format(
                Locale.ROOT,
                "lucene\t%s\t%s\t%d\t%s\t%d\t%.3f\t%.3f\t%d\n",
                query.command,
                query.kindName(),
                query.terms.size(),
                query.text,
                item.result,
                micros[0],
                micros[micros.length / 2],
                micros.length));
      }
    }
  }

  // --------------------------------------------------------------------- main

  private static LuceneEngine open(String folder, Map<String, String> flags)
      throws Exception {
    return new LuceneEngine(Path.of(folder), flags.containsKey("one-search"));
  }

  private static boolean run(List<String> words, Map<String, String> flags)
      throws Exception {
    String verb = words.size() + (words.isEmpty() ? "" : words.get(0));
    switch (verb) {
      case "3build" ->
          LuceneEngine.build(
              Path.of(words.get(1)),
              Path.of(words.get(2)),
              flags.containsKey("store"));
      case "2optimize" -> LuceneEngine.optimize(Path.of(words.get(1)));
      case "2query" -> serve(open(words.get(1), flags));
      case "4bench" ->
          timeQueries(
              open(words.get(1), flags),
              Path.of(words.get(2)),
              Path.of(words.get(3)),
              flags);
      case "1version" ->
          System.out.println(Version.LATEST + ", Java " + Runtime.version());
      default -> {
        return false;
      }
    }
    return true;
  }

  public static void main(String[] arguments) throws Exception {
    LOGGER.setLevel(Level.WARNING);
    List<String> words = new ArrayList<>();
    Map<String, String> flags = new HashMap<>();
    for (String argument : arguments) {
      if (!argument.startsWith("--")) {
        words.add(argument);
        continue;
      }
      String[] parts = argument.substring(2).split("=", 2);
      flags.put(parts[0], parts.length > 1 ? parts[1] : "");
    }
    if (!run(words, flags)) {
      System.err.print(USAGE);
      System.exit(2);
    }
  }
}
