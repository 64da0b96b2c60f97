# SPDX-License-Identifier: Apache-2.0
"""What kwic takes to build an index, and to use one.

Builds with texts under several memory caps, which must give the same bytes,
and once without texts; uses the last one with texts by kwic_using.
"""
import argparse
import csv
import hashlib
import os
import subprocess
import sys
import tempfile

import engines
import queries

HERE = os.path.dirname(os.path.abspath(__file__))
CAPS = ("16M", "64M", "512M")


def arguments():
    p = argparse.ArgumentParser(prog="scripts/bench --using",
                                description=__doc__.splitlines()[0])
    p.add_argument("--drivers", required=True, help=argparse.SUPPRESS)
    p.add_argument("--corpus", help="JSON lines (default: synthetic)")
    p.add_argument("--documents", type=int, default=1000000,
                   help="of the synthetic corpus (%(default)s)")
    p.add_argument("--queries", help="a query a line (default: made)")
    p.add_argument("--name", default="using")
    p.add_argument("--note", default="", help="a sentence for the record")
    p.add_argument("--records", default=os.path.join(HERE, "records"))
    return p.parse_args()


def digest(path):
    """In pieces: a child's peak memory begins with that of its parent."""
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.digest()


def build(args, corpus, folder):
    """Rows of figures, and the index with texts."""
    program = os.path.join(args.drivers, "../kwic")
    index = os.path.join(folder, "kwic.kwic")
    rows = []

    def run(name, *options):
        used = engines.timed([program, "index", corpus, "-q", "-o", index,
                              *options])
        rows.append((f"build {name}: peak MiB", round(used["peak_mib"], 1)))
        rows.append((f"build {name}: CPU s", round(used["cpu"], 2)))
        rows.append((f"build {name}: file bytes", os.path.getsize(index)))
        return digest(index)

    run("no text", "--no-text")
    made = [run(cap, "--memory", cap) for cap in CAPS]
    if any(m != made[0] for m in made):
        sys.exit("bench: the files differ between memory caps")
    return rows, index


def use(args, index, asked):
    program = os.path.join(args.drivers, "kwic_using")
    printed = subprocess.run([program, index], input="\n".join(asked),
                             text=True, capture_output=True, check=True).stdout
    return [tuple(line.split(",")) for line in printed.splitlines()]


def write_record(args, rows):
    name, folder = engines.record_folder(args)
    with open(os.path.join(folder, "raw.csv"), "w", newline="",
              encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("figure", "value"))
        out.writerows(rows)
    corpus = (os.path.basename(args.corpus) if args.corpus
              else f"synthetic, {args.documents} documents")
    with open(os.path.join(folder, "README.md"), "w", encoding="utf-8") as out:
        given = "".join(
            f" --{option} {os.path.basename(path)}" for option, path in
            (("corpus", args.corpus), ("queries", args.queries)) if path)
        out.write(f"# {name}\n\n    scripts/bench --using{given}\n\n"
                  "What the figures are: `bench/using/kwic_using.cc` and "
                  f"`bench/using.py`.\n\n- corpus: {corpus}\n")
        out.writelines(f"- {k}: {v}\n" for k, v in engines.machine().items()
                       if k not in ("SQLite", "Xapian"))
        if args.note:
            out.write(f"\n{args.note}\n")
    return folder


def main():
    args = arguments()
    with tempfile.TemporaryDirectory(prefix="kwic-bench.") as folder:
        corpus = args.corpus
        if not corpus:
            corpus = os.path.join(folder, "corpus.jsonl")
            with open(corpus, "wb") as out:
                subprocess.run([os.path.join(args.drivers, "kwic_make_corpus"),
                                str(args.documents)], stdout=out, check=True)
        # Before queries are made, which takes memory (see digest()).
        rows, index = build(args, corpus, folder)
        asked = queries.read(args.queries) if args.queries else queries.make(
            corpus)
        rows += use(args, index, asked)
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name:{width}} {value}")
    print("record:", write_record(args, rows), file=sys.stderr)


main()
