// SPDX-License-Identifier: Apache-2.0
//! How times are taken and written: as bench/peer/peer_timing.h does it.
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::time::Instant;

use crate::engine::{Engine, Result};
use crate::peer_query::{parse_line, Command, PeerQuery};

pub struct Options {
    pub warmup: u64,
    pub runs: u64,
    pub max_ms: u64, // for one query in all
}

struct Timed {
    command: Command,
    line: String,
    query: PeerQuery,
    result: usize, // hits of TOP_10, else the count
    spent: f64,
    micros: Vec<f64>,
}

impl Timed {
    fn time_once(&mut self, engine: &Engine, measured: bool) -> Result<()> {
        let start = Instant::now();
        let answer = black_box(engine.run(self.command, &self.query)?);
        let micros = start.elapsed().as_nanos() as f64 / 1000.0;
        self.result = match self.command {
            Command::Top10 => answer.top.len(),
            _ => answer.count,
        };
        self.spent += micros;
        if measured {
            self.micros.push(micros);
        }
        Ok(())
    }
}

/// Whole rounds, so that no query follows itself; a query that has used up its
/// time is left out of further rounds.
pub fn time_queries(
    engine: &Engine,
    queries: &str,
    out: &str,
    options: &Options,
) -> Result<()> {
    let mut items = read_timed(queries)?;
    let most = 1000.0 * options.max_ms as f64;
    for round in 0..options.warmup + options.runs {
        let measured = round >= options.warmup;
        let allowed = if measured { most } else { most / 2.0 };
        for item in &mut items {
            let needed = measured && item.micros.is_empty();
            if needed || item.spent <= allowed {
                item.time_once(engine, measured)?;
            }
        }
    }
    write_times(&mut items, out)
}

fn read_timed(path: &str) -> Result<Vec<Timed>> {
    let text = fs::read_to_string(path)?;
    let timed = text.lines().filter_map(parse_line);
    Ok(timed
        .map(|(command, line, query)| Timed {
            command,
            line: line.to_string(),
            query,
            result: 0,
            spent: 0.0,
            micros: Vec::new(),
        })
        .collect())
}

fn write_times(items: &mut [Timed], path: &str) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let columns = "cmd\tkind\tterms\tquery\tresult\tbest_us\tmedian_us\truns";
    writeln!(out, "engine\t{columns}")?;
    for item in items.iter_mut().filter(|item| !item.micros.is_empty()) {
        item.micros.sort_by(f64::total_cmp);
        writeln!(
            out,
            "tantivy\t{}\t{}\t{}\t{}\t{}\t{:.3}\t{:.3}\t{}",
            item.command.name(),
            item.query.kind.name(),
            item.query.terms.len(),
            item.line,
            item.result,
            item.micros[0],
            item.micros[item.micros.len() / 2],
            item.micros.len()
        )?;
    }
    Ok(out.flush()?)
}
