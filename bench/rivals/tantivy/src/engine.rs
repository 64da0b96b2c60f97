// SPDX-License-Identifier: Apache-2.0
//! tantivy: one segment, one text field with frequencies, positions and
//! lengths; ids in the document store.
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::{
    Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions, Value,
    STORED,
};
use tantivy::{
    DocAddress, Index, IndexWriter, ReloadPolicy, Searcher, TantivyDocument,
    Term,
};

use crate::peer_query::{Command, Kind, PeerQuery};
use crate::words::Words;

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const TOKENIZER: &str = "words";
const WRITER_BYTES: usize = 256 << 20;

#[derive(Deserialize)]
struct Document {
    id: serde_json::Value, // a string or an integer
    title: Option<String>,
    body: Option<String>,
}

fn schema(keep_text: bool) -> Schema {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(TOKENIZER)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(true);
    let mut text = TextOptions::default().set_indexing_options(indexing);
    if keep_text {
        text = text.set_stored();
    }
    let mut builder = Schema::builder();
    builder.add_text_field("id", STORED);
    builder.add_text_field("text", text);
    builder.build()
}

fn with_words(index: Index) -> Index {
    index.tokenizers().register(TOKENIZER, Words::default());
    index
}

fn open_index(folder: &str) -> Result<Index> {
    Ok(with_words(Index::open_in_dir(folder)?))
}

pub fn build(corpus: &str, folder: &str, keep_text: bool) -> Result<()> {
    if Path::new(folder).exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let schema = schema(keep_text);
    let id = schema.get_field("id")?;
    let text = schema.get_field("text")?;
    let index = with_words(Index::create_in_dir(folder, schema)?);
    let mut writer: IndexWriter =
        index.writer_with_num_threads(1, WRITER_BYTES)?;
    for line in
        BufReader::with_capacity(1 << 20, fs::File::open(corpus)?).lines()
    {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let from: Document = serde_json::from_str(&line)?;
        let mut document = TantivyDocument::default();
        match from.id.as_str() {
            Some(text) => document.add_text(id, text),
            None => document.add_text(id, from.id.to_string()),
        }
        let title = from.title.unwrap_or_default();
        document.add_text(text, title + " " + &from.body.unwrap_or_default());
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

/// One segment, and no files of former ones.
pub fn optimize(folder: &str) -> Result<()> {
    let index = open_index(folder)?;
    let segments = index.searchable_segment_ids()?;
    let mut writer: IndexWriter =
        index.writer_with_num_threads(1, WRITER_BYTES)?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.garbage_collect_files().wait()?;
    writer.wait_merging_threads()?;
    Ok(())
}

#[derive(Default)]
pub struct Answer {
    pub count: usize,
    pub top: Vec<(f32, DocAddress)>,
}

pub struct Engine {
    searcher: Searcher,
    one_search: bool,
    id: Field,
    text: Field,
}

impl Engine {
    pub fn open(folder: &str, one_search: bool) -> Result<Engine> {
        let index = open_index(folder)?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok(Engine {
            searcher: reader.searcher(),
            one_search,
            id: index.schema().get_field("id")?,
            text: index.schema().get_field("text")?,
        })
    }

    /// All of it is timed: the query object is made here.
    pub fn run(&self, command: Command, asked: &PeerQuery) -> Result<Answer> {
        let query = self.query_of(asked);
        let searcher = &self.searcher;
        let top10 = || TopDocs::with_limit(10).order_by_score();
        if command == Command::Top10Count && !self.faster_apart(asked.kind) {
            let (top, count) = searcher.search(&*query, &(top10(), Count))?;
            return Ok(Answer { count, top });
        }
        let mut answer = Answer::default();
        if command != Command::Count {
            answer.top = searcher.search(&*query, &top10())?;
        }
        if command != Command::Top10 {
            // (No slower than the collector Count, and of one word it asks the
            // dictionary only.)
            answer.count = query.count(searcher)?;
        }
        Ok(answer)
    }

    /// Whether the best ten and the count are found faster by two searches, one
    /// that passes over matches and one without scores, than by one that scores
    /// every match. For these kinds it took half the time or less where there
    /// were many documents (783,725); where there were few (12,508) an OR took
    /// two fifths more.
    fn faster_apart(&self, kind: Kind) -> bool {
        !self.one_search && matches!(kind, Kind::Term | Kind::Or)
    }

    pub fn id_of(&self, doc: DocAddress) -> Result<String> {
        let document: TantivyDocument = self.searcher.doc(doc)?;
        let id = document.get_first(self.id).and_then(|v| v.as_str());
        Ok(id.unwrap_or_default().to_string())
    }

    fn query_of(&self, query: &PeerQuery) -> Box<dyn Query> {
        let terms = query
            .terms
            .iter()
            .map(|text| Term::from_field_text(self.text, text));
        let of_term = |term| -> Box<dyn Query> {
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
        };
        let occur = match query.kind {
            Kind::Phrase => return Box::new(PhraseQuery::new(terms.collect())),
            Kind::Term => Occur::Should,
            Kind::And => Occur::Must,
            Kind::Or => Occur::Should,
        };
        let mut clauses: Vec<(Occur, Box<dyn Query>)> =
            terms.map(|term| (occur, of_term(term))).collect();
        if clauses.len() == 1 {
            return clauses.remove(0).1;
        }
        Box::new(BooleanQuery::new(clauses))
    }
}
