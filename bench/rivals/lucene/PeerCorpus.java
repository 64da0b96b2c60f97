// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;

/**
 * A line of a corpus: a JSON object of strings, numbers and nulls, of which
 * "id", "title" and "body" are kept.
 */
final class PeerCorpus {
  String id = "";
  String title = "";
  String body = "";

  private final String line;
  private int at;

  private PeerCorpus(String line) {
    this.line = line;
  }

  static PeerCorpus parse(String line) throws IOException {
    PeerCorpus document = new PeerCorpus(line);
    try {
      document.readObject();
    } catch (StringIndexOutOfBoundsException | NumberFormatException error) {
      throw new IOException("not a JSON object: " + line, error);
    }
    return document;
  }

  private void readObject() throws IOException {
    expect('{');
    if (peek() == '}') {
      return;
    }
    for (;;) {
      String name = readString();
      expect(':');
      String value = peek() == '"' ? readString() : readOther();
      switch (name) {
        case "id" -> id = value;
        case "title" -> title = value;
        case "body" -> body = value;
        default -> { }
      }
      if (peek() == '}') {
        return;
      }
      expect(',');
    }
  }

  /** The next character that is no white space; it is not taken. */
  private char peek() {
    while (line.charAt(at) <= ' ') {
      ++at;
    }
    return line.charAt(at);
  }

  private void expect(char wanted) throws IOException {
    if (peek() != wanted) {
      throw new IOException("not a flat JSON object: " + line);
    }
    ++at;
  }

  /** A number as it is written; nothing for null. */
  private String readOther() {
    peek();
    int begin = at;
    while (",} \t\r\n".indexOf(line.charAt(at)) < 0) {
      ++at;
    }
    String value = line.substring(begin, at);
    return value.equals("null") ? "" : value;
  }

  private String readString() throws IOException {
    expect('"');
    StringBuilder out = new StringBuilder();
    for (;;) {
      int begin = at;
      while (line.charAt(at) != '"' && line.charAt(at) != '\\') {
        ++at;
      }
      out.append(line, begin, at);
      if (line.charAt(at++) == '"') {
        return out.toString();
      }
      out.append(readEscaped());
    }
  }

  private char readEscaped() {
    char c = line.charAt(at++);
    switch (c) {
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        at += 4;
        return (char) Integer.parseInt(line.substring(at - 4, at), 16);
      default:
        return c;
    }
  }
}
