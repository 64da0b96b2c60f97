// SPDX-License-Identifier: Apache-2.0
//! tantivy_peer: tantivy behind the comparison protocol. The verbs are those of
//! bench/rivals/peer_driver.h, and `version`.
mod engine;
mod peer_query;
mod timing;
mod words;

use std::collections::HashMap;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use engine::{Answer, Engine, Result};
use peer_query::{parse_line, Command};
use timing::Options;

const USAGE: &str = "\
usage: tantivy_peer build CORPUS.jsonl FOLDER [--store]
       tantivy_peer optimize FOLDER
       tantivy_peer query FOLDER < COMMAND<TAB>QUERY lines
       tantivy_peer bench FOLDER QUERIES OUT.tsv [--warmup=N] [--runs=N] \
[--max-ms=N]
       tantivy_peer version
--one-search: TOP_10_COUNT is always one search, also where two are faster
";

fn print_answer(
    engine: &Engine,
    command: Command,
    answer: &Answer,
) -> Result<()> {
    let mut out = io::stdout().lock();
    if command == Command::Count {
        writeln!(out, "{}", answer.count)?;
        return Ok(out.flush()?);
    }
    let mut hits = Vec::new();
    for &(score, doc) in &answer.top {
        let id = serde_json::to_string(&engine.id_of(doc)?)?;
        hits.push(format!("[{id},{score}]"));
    }
    let count = if command == Command::Top10Count {
        format!("\"count\":{},", answer.count)
    } else {
        String::new()
    };
    writeln!(out, "{{{count}\"hits\":[{}]}}", hits.join(","))?;
    Ok(out.flush()?)
}

fn serve(engine: &Engine) -> Result<()> {
    for line in io::stdin().lock().lines() {
        let line = line?;
        match parse_line(&line) {
            Some((command, _, query)) => {
                print_answer(engine, command, &engine.run(command, &query)?)?
            }
            None => println!("UNSUPPORTED"),
        }
    }
    Ok(())
}

fn run(words: &[&str], flags: &HashMap<&str, &str>) -> Result<bool> {
    let number = |name: &str, otherwise: u64| -> Result<u64> {
        Ok(flags
            .get(name)
            .map_or(Ok(otherwise), |value| value.parse())?)
    };
    let open = |folder| Engine::open(folder, flags.contains_key("one-search"));
    match *words {
        ["build", corpus, folder] => {
            engine::build(corpus, folder, flags.contains_key("store"))?
        }
        ["optimize", folder] => engine::optimize(folder)?,
        ["query", folder] => serve(&open(folder)?)?,
        ["bench", folder, queries, out] => {
            let options = Options {
                warmup: number("warmup", 2)?,
                runs: number("runs", 7)?,
                max_ms: number("max-ms", 2000)?,
            };
            timing::time_queries(&open(folder)?, queries, out, &options)?
        }
        ["version"] => println!("{}", tantivy::version_string()),
        _ => return Ok(false),
    }
    Ok(true)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut words = Vec::new();
    let mut flags = HashMap::new();
    for argument in &arguments {
        match argument.strip_prefix("--") {
            Some(flag) => {
                let (name, value) = flag.split_once('=').unwrap_or((flag, ""));
                flags.insert(name, value);
            }
            None => words.push(argument.as_str()),
        }
    }
    match run(&words, &flags) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprint!("{USAGE}");
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("tantivy_peer: {error}");
            ExitCode::FAILURE
        }
    }
}
