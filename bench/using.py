# SPDX-License-Identifier: Apache-2.0
"""What kwic takes to build an index, and to use one.

Builds with and without texts under several memory caps, which must give the
same bytes, and many tiny documents under the smallest; uses the index with
texts by kwic_using.
"""
import argparse
import csv
import hashlib
import itertools
import os
import random
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
    p.add_argument("--tiny", type=int, default=1000000,
                   help="documents of 60 bytes (%(default)s)")
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


def write_tiny(path, documents):
    """Ids in no order, of which no two are the same."""
    numbers = random.Random(1)
    words = ["".join(numbers.choices("abcdefghijklmnopqrstuvwxyz",
                                     k=numbers.randint(2, 9)))
             for _ in range(20000)]
    weights = list(itertools.accumulate(1 / (n + 3) for n in range(20000)))
    with open(path, "w", encoding="ascii") as out:
        for n in range(documents):
            body = " ".join(numbers.choices(words, cum_weights=weights, k=10))
            out.write('{"id":"%010d","body":"%s"}\n'
                      % (n * 2654435761 % (1 << 32), body))


class Builds:
    """Rows of figures of one corpus after the other."""

    def __init__(self, args, folder):
        self.program = os.path.join(args.drivers, "../kwic")
        self.index = os.path.join(folder, "kwic.kwic")
        self.rows = []

    def build(self, corpus, name, *options):
        used = engines.timed([self.program, "index", corpus, "-q", "-o",
                              self.index, *options])
        self.rows += [(f"build {name}: peak MiB", round(used["peak_mib"], 1)),
                      (f"build {name}: CPU s", round(used["cpu"], 2)),
                      (f"build {name}: file bytes",
                       os.path.getsize(self.index))]
        return digest(self.index)

    def build_under_caps(self, corpus, name, caps, *options):
        made = [self.build(corpus, name + cap, "--memory", cap, *options)
                for cap in caps]
        if any(m != made[0] for m in made):
            sys.exit("bench: the files differ between memory caps")


def build(args, corpus, folder):
    """Rows of figures, and the index with texts."""
    builds = Builds(args, folder)
    tiny = os.path.join(folder, "tiny.jsonl")
    write_tiny(tiny, args.tiny)
    for name, options in (("no text ", ["--no-text"]), ("", [])):
        builds.build_under_caps(tiny, f"{args.tiny} tiny {name}", CAPS[:1],
                                *options)
        builds.build_under_caps(corpus, name, CAPS, *options)
    os.remove(tiny)
    return builds.rows, builds.index


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
            (("corpus", args.corpus), ("queries", args.queries),
             ("tiny", str(args.tiny))) if path)
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
