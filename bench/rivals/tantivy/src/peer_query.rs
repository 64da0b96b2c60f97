// SPDX-License-Identifier: Apache-2.0
//! The query lines of the protocol, as bench/peer/peer_query.h has them; what
//! mixes kinds of clauses is not asked of rivals.
use crate::words::words_of;

#[derive(Clone, Copy, PartialEq)]
pub enum Command {
    Count,
    Top10,
    Top10Count,
}

impl Command {
    pub fn of(word: &str) -> Option<Command> {
        match word {
            "COUNT" => Some(Command::Count),
            "TOP_10" => Some(Command::Top10),
            "TOP_10_COUNT" => Some(Command::Top10Count),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Command::Count => "COUNT",
            Command::Top10 => "TOP_10",
            Command::Top10Count => "TOP_10_COUNT",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Term,
    And,
    Or,
    Phrase,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Term => "term",
            Kind::And => "and",
            Kind::Or => "or",
            Kind::Phrase => "phrase",
        }
    }
}

pub struct PeerQuery {
    pub kind: Kind,
    pub terms: Vec<String>,
}

/// COMMAND<TAB>QUERY; nothing if a rival is not asked that.
pub fn parse_line(line: &str) -> Option<(Command, &str, PeerQuery)> {
    let (command, text) = line.split_once('\t')?;
    Some((Command::of(command)?, text, parse_query(text)?))
}

pub fn parse_query(text: &str) -> Option<PeerQuery> {
    let text = text.trim();
    if let Some(quoted) = text.strip_prefix('"') {
        // One phrase and nothing else.
        let inner = quoted.strip_suffix('"').filter(|q| !q.contains('"'))?;
        return make(Kind::Phrase, words_of(inner));
    }
    let mut signed = 0;
    let mut plain = 0;
    let mut terms = Vec::new();
    for word in text.split_whitespace() {
        if word.starts_with('-') || word.contains('"') {
            return None;
        }
        let bare = word.strip_prefix('+');
        let found = words_of(bare.unwrap_or(word));
        if bare.is_some() {
            signed += found.len();
        } else {
            plain += found.len();
        }
        terms.extend(found);
    }
    if signed > 0 && plain > 0 {
        return None;
    }
    make(if signed > 0 { Kind::And } else { Kind::Or }, terms)
}

fn make(kind: Kind, terms: Vec<String>) -> Option<PeerQuery> {
    match terms.len() {
        0 => None,
        1 => Some(PeerQuery {
            kind: Kind::Term,
            terms,
        }),
        _ => Some(PeerQuery { kind, terms }),
    }
}
