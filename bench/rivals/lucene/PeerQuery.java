// SPDX-License-Identifier: Apache-2.0
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * A line COMMAND TAB QUERY of the protocol, as bench/peer/peer_query.h has it,
 * its words found; what mixes kinds of clauses is not asked of rivals.
 */
final class PeerQuery {
  enum Command { COUNT, TOP_10, TOP_10_COUNT }

  enum Kind { TERM, AND, OR, PHRASE }

  private static final Analyzer ANALYZER = new WordAnalyzer();

  final Command command;
  final String text;
  final Kind kind;
  final List<String> terms;

  private PeerQuery(
      Command command, String text, Kind kind, List<String> terms) {
    this.command = command;
    this.text = text;
    this.kind = terms.size() == 1 ? Kind.TERM : kind;
    this.terms = terms;
  }

  /** Null if a rival is not asked that. */
  static PeerQuery parse(String line) throws Exception {
    int tab = line.indexOf('\t');
    Command command = tab < 0 ? null : commandOf(line.substring(0, tab));
    if (command == null) {
      return null;
    }
    String text = line.substring(tab + 1);
    List<String> terms = new ArrayList<>();
    Kind kind = takeTerms(text.trim(), terms);
    return kind == null || terms.isEmpty()
        ? null
        : new PeerQuery(command, text, kind, terms);
  }

  String kindName() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static Command commandOf(String word) {
    for (Command command : Command.values()) {
      if (command.name().equals(word)) {
        return command;
      }
    }
    return null;
  }

  private static Kind takeTerms(String text, List<String> terms)
      throws Exception {
    if (text.startsWith("\"")) {
      int last = text.length() - 1;
      if (last == 0 || text.indexOf('"', 1) != last) {
        return null;
      }
      addWords(text.substring(1, last), terms);
      return Kind.PHRASE;
    }
    int signed = 0;
    for (String word : text.split("\\s+")) {
      if (word.startsWith("-") || word.indexOf('"') >= 0) {
        return null;
      }
      int before = terms.size();
      addWords(word, terms);
      signed += word.startsWith("+") ? terms.size() - before : 0;
    }
    if (signed > 0 && signed < terms.size()) {
      return null;
    }
    return signed > 0 ? Kind.AND : Kind.OR;
  }

  private static void addWords(String text, List<String> terms)
      throws Exception {
    try (TokenStream words = ANALYZER.tokenStream("", text)) {
      CharTermAttribute term = words.getAttribute(CharTermAttribute.class);
      words.reset();
      while (words.incrementToken()) {
        terms.add(term.toString());
      }
      words.end();
    }
  }
}
