# SPDX-License-Identifier: Apache-2.0
"""Latency, size and building time of kwic over the number of documents.

The synthetic corpus (default) has as many documents as wanted. A corpus that is
given is cut; beyond its end it is repeated, and in the r-th copy every second
word outside the 5,000 most frequent gets the r-th suffix, so that the
vocabulary goes on growing. The same queries, made from the smallest corpus, are
asked at every size.
"""
import argparse
import collections
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import zlib

import engines
import plot
import queries

HERE = os.path.dirname(os.path.abspath(__file__))
KEPT_WORDS = 5000
SIZES = "10000,30000,100000,300000,1000000"


def arguments():
    p = argparse.ArgumentParser(prog="scripts/bench --growth",
                                description=__doc__.splitlines()[0])
    p.add_argument("--drivers", required=True, help=argparse.SUPPRESS)
    p.add_argument("--corpus")
    p.add_argument("--sizes", default=SIZES, help="(%(default)s)")
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--name", default="growth")
    p.add_argument("--note", default="", help="a sentence for the record")
    p.add_argument("--records", default=os.path.join(HERE, "records"))
    p.add_argument("--plots", default=os.path.join(HERE, "../docs/plots"))
    return p.parse_args()


def varied(documents, copy, kept):
    """One more copy of the documents, with words of its own."""
    suffix = "q" + chr(ord("a") + copy % 26) * (1 + copy // 26)
    words = {}
    for document in documents:
        changed = []
        for word in document.get("body", "").split():
            if word not in words:
                rare = word not in kept and zlib.crc32(word.encode()) & 1
                words[word] = word + suffix if rare else word
            changed.append(words[word])
        yield {"id": f"{document['id']}~{copy}",
               "title": document.get("title", ""), "body": " ".join(changed)}


def cut_or_repeat(source, documents, path):
    found = [json.loads(line) for line in open(source, encoding="utf-8")]
    frequency = collections.Counter(
        w for d in found for w in set(d.get("body", "").split()))
    kept = {w for w, _ in frequency.most_common(KEPT_WORDS)}
    with open(path, "w", encoding="utf-8") as out:
        for at in range(0, documents, len(found)):
            copy = at // len(found)
            rest = found[:documents - at]
            for d in rest if copy == 0 else varied(rest, copy, kept):
                out.write(json.dumps(d) + "\n")


def make_corpus(args, documents, path):
    if args.corpus:
        return cut_or_repeat(args.corpus, documents, path)
    with open(path, "wb") as out:
        subprocess.run([os.path.join(args.drivers, "kwic_make_corpus"),
                        str(documents)], stdout=out, check=True)


def measure(args, folder):
    """A row for each size: documents, bytes, seconds, mean µs by query."""
    rows = []
    asked = os.path.join(folder, "queries.tsv")
    for documents in map(int, args.sizes.split(",")):
        print(documents, "documents", file=sys.stderr)
        corpus = os.path.join(folder, "corpus.jsonl")
        make_corpus(args, documents, corpus)
        kwic = engines.Engine(
            "kwic", os.path.join(args.drivers, "kwic_peer"), folder)
        kwic.build(corpus)
        if not rows:
            with open(asked, "w", encoding="utf-8") as out:
                for command in queries.COMMANDS:
                    out.writelines(f"{command}\t{q}\n"
                                   for q in queries.make(corpus))
        times = collections.defaultdict(list)
        found = kwic.round(asked, 1, args.runs, 200)
        for (command, _), (kind, _, micros) in found.items():
            times[f"{command} {kind}"].append(micros)
        row = {"documents": documents, "corpus_bytes": os.path.getsize(corpus),
               "index_bytes": kwic.figures["bytes"],
               "build_seconds": round(kwic.figures["seconds"], 3),
               "build_peak_mib": round(kwic.figures["peak_mib"], 1)}
        row.update((k, round(statistics.fmean(v), 3)) for k, v in times.items())
        rows.append(row)
    return rows


def draw(rows, folder):
    os.makedirs(folder, exist_ok=True)
    shown = {"TOP_10 or": "any, top 10", "TOP_10 and": "all, top 10",
             "TOP_10 phrase": "phrase, top 10", "COUNT or": "any, count",
             "COUNT and": "all, count"}
    plot.lines(os.path.join(folder, "latency.svg"), "Mean latency, µs",
               "documents", {name: [(r["documents"], r[key]) for r in rows]
                             for key, name in shown.items()})
    plot.lines(os.path.join(folder, "size.svg"), "Megabytes", "documents", {
        "JSONL": [(r["documents"], r["corpus_bytes"] / 1e6) for r in rows],
        "index": [(r["documents"], r["index_bytes"] / 1e6) for r in rows]})


def write_record(args, rows):
    name, folder = engines.record_folder(args)
    with open(os.path.join(folder, "raw.csv"), "w", newline="",
              encoding="utf-8") as file:
        out = csv.DictWriter(file, rows[-1].keys(), restval="",
                             lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    with open(os.path.join(folder, "README.md"), "w", encoding="utf-8") as out:
        corpus = os.path.basename(args.corpus or "") or "synthetic"
        out.write(f"# {name}\n\n{args.note}\n\n    scripts/bench --growth "
                  f"--sizes {args.sizes} --runs {args.runs}\n\n"
                  f"- corpus: {corpus}\n")
        out.writelines(f"- {k}: {v}\n" for k, v in engines.machine().items())
        out.write("\nColumns named by a command and a kind are means in µs over"
                  " the queries of the\nkind, each the median of its runs.\n")
    return folder


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="kwic-bench.") as folder:
        rows = measure(args, folder)
    print("record:", write_record(args, rows), file=sys.stderr)
    draw(rows, args.plots)


main()
