// SPDX-License-Identifier: Apache-2.0
//! The tokens that all engines index: maximal runs of letters, marks and
//! numbers, each code point in its simple lower case, cut after 255 bytes.
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_general_category::{get_general_category, GeneralCategory};

const MOST_BYTES: usize = 255;

pub fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    use GeneralCategory::*;
    matches!(
        get_general_category(c),
        UppercaseLetter
            | LowercaseLetter
            | TitlecaseLetter
            | ModifierLetter
            | OtherLetter
            | NonspacingMark
            | SpacingMark
            | EnclosingMark
            | DecimalNumber
            | LetterNumber
            | OtherNumber
    )
}

/// The simple mapping: where the full one has several code points, it is the
/// first of them.
fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    c.to_lowercase().next().unwrap_or(c)
}

/// Puts the next word of `text`, from byte `at` on, into `word`. Returns where
/// it begins and ends; nothing at the end of the text.
fn next_word(
    text: &str,
    at: usize,
    word: &mut String,
) -> Option<(usize, usize)> {
    word.clear();
    let mut begin = at;
    for (offset, c) in text[at..].char_indices() {
        if is_word(c) {
            let c = lower(c);
            if word.len() + c.len_utf8() > MOST_BYTES {
                return Some((begin, at + offset));
            }
            if word.is_empty() {
                begin = at + offset;
            }
            word.push(c);
        } else if !word.is_empty() {
            return Some((begin, at + offset));
        }
    }
    (!word.is_empty()).then_some((begin, text.len()))
}

pub fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut at = 0;
    while let Some((_, end)) = next_word(text, at, &mut word) {
        words.push(word.clone());
        at = end;
    }
    words
}

#[derive(Clone, Default)]
pub struct Words {
    token: Token,
}

pub struct WordStream<'a> {
    text: &'a str,
    at: usize,
    token: &'a mut Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream {
            text,
            at: 0,
            token: &mut self.token,
        }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((begin, end)) =
            next_word(self.text, self.at, &mut self.token.text)
        else {
            return false;
        };
        self.token.offset_from = begin;
        self.token.offset_to = end;
        // The first position is that of reset(), and one.
        self.token.position = self.token.position.wrapping_add(1);
        self.at = end;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
