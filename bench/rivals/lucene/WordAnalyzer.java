// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * The tokens that all engines index: maximal runs of letters, marks and
 * numbers, each code point in its simple lower case, cut after 255 bytes of
 * UTF-8.
 */
final class WordAnalyzer extends Analyzer {
  private static final int MOST_BYTES = 255;

  @Override
  protected TokenStreamComponents createComponents(String field) {
    return new TokenStreamComponents(new Words());
  }

  static boolean isWord(int code) {
    switch (Character.getType(code)) {
      case Character.UPPERCASE_LETTER:
      case Character.LOWERCASE_LETTER:
      case Character.TITLECASE_LETTER:
      case Character.MODIFIER_LETTER:
      case Character.OTHER_LETTER:
      case Character.NON_SPACING_MARK:
      case Character.COMBINING_SPACING_MARK:
      case Character.ENCLOSING_MARK:
      case Character.DECIMAL_DIGIT_NUMBER:
      case Character.LETTER_NUMBER:
      case Character.OTHER_NUMBER:
        return true;
      default:
        return false;
    }
  }

  static int bytesOf(int code) {
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }

  private static final class Words extends Tokenizer {
    private final CharTermAttribute term =
        addAttribute(CharTermAttribute.class);
    private char[] text = new char[1 << 16];
    private int size;
    private int at;

    @Override
    public void reset() throws IOException {
      super.reset();
      size = 0;
      at = 0;
      for (int n; (n = input.read(text, size, text.length - size)) >= 0; ) {
        size += n;
        if (size == text.length) {
          text = java.util.Arrays.copyOf(text, 2 * size);
        }
      }
    }

    @Override
    public boolean incrementToken() {
      clearAttributes();
      int bytes = 0;
      while (at < size) {
        int code = Character.codePointAt(text, at, size);
        if (!isWord(code)) {
          at += Character.charCount(code);
          if (bytes > 0) {
            return true;
          }
          continue;
        }
        int lower = Character.toLowerCase(code);
        bytes += bytesOf(lower);
        if (bytes > MOST_BYTES) {
          return true; // what is left is a token of its own
        }
        append(lower);
        at += Character.charCount(code);
      }
      return bytes > 0;
    }

    private void append(int code) {
      if (Character.isBmpCodePoint(code)) {
        term.append((char) code);
      } else {
        term.append(Character.highSurrogate(code));
        term.append(Character.lowSurrogate(code));
      }
    }
  }
}
