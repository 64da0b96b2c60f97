# SPDX-License-Identifier: Apache-2.0
"""Driver of PISA, with the verbs of bench/rivals/peer_driver.h.

PISA has no positions, so no phrases, and its package no counts: `query` counts
by asking for every match, which is not timed.
"""
import json
import os
import re
import sys

import pisa_corpus
import pisa_engine

USAGE = """usage: pisa_peer build CORPUS.jsonl FOLDER
       pisa_peer optimize FOLDER
       pisa_peer query FOLDER < COMMAND<TAB>QUERY lines
       pisa_peer bench FOLDER QUERIES OUT.tsv [--warmup=N] [--runs=N]
                       [--max-ms=N]
       pisa_peer version
"""
COLUMNS = "engine cmd kind terms query result best_us median_us runs".split()


def parse_query(text):
    """Kind and words; nothing for phrases and what mixes kinds of clauses."""
    parts = text.split()
    signed = sum(part.startswith("+") for part in parts)
    if '"' in text or any(part.startswith("-") for part in parts):
        return None
    words = pisa_corpus.words_of(text)
    if not words or signed not in (0, len(parts)):
        return None
    if len(words) == 1:
        return "term", words
    return "and" if signed else "or", words


def read_lines(lines):
    """Command, query, kind, words; nothing in their place if unsupported."""
    for line in lines:
        command, _, text = line.rstrip("\n").partition("\t")
        parsed = parse_query(text)
        yield (command, text) + parsed if parsed else None


def answer(index, kind, words, most):
    names, scores = index.run(pisa_engine.EVERY[kind],
                              [index.words(kind, words)], most)[2:]
    return names, scores


def serve(index):
    for asked in read_lines(sys.stdin):
        if not asked or asked[0] not in ("COUNT", "TOP_10", "TOP_10_COUNT"):
            print("UNSUPPORTED", flush=True)
            continue
        command, _, kind, words = asked
        most = 10 if command == "TOP_10" else index.documents
        names, scores = answer(index, kind, words, most)
        if command == "COUNT":
            print(len(names), flush=True)
            continue
        reply = {"count": len(names)} if command == "TOP_10_COUNT" else {}
        reply["hits"] = [[n, float(s)] for n, s in zip(names[:10], scores)]
        print(json.dumps(reply), flush=True)


# --------------------------------------------------------------------- timing

class Timed:
    def __init__(self, text, kind, words, asked):
        self.text = text
        self.kind = kind
        self.words = words
        self.asked = asked
        self.result = 0
        self.spent = 0.0
        self.micros = []

    def row(self):
        self.micros.sort()
        return ("pisa", "TOP_10", self.kind, len(self.words), self.text,
                self.result, f"{self.micros[0]:.3f}",
                f"{self.micros[len(self.micros) // 2]:.3f}", len(self.micros))


def time_once(index, items, measured):
    """The queries of a kind one after the other, so that none follows itself:
    the library takes many of one algorithm."""
    for kind, algorithm in pisa_engine.ALGORITHMS.items():
        some = [item for item in items if item.kind == kind]
        micros, of = index.run(algorithm, [i.asked for i in some], 10)[:2]
        for item in some:
            item.result = 0
        for number in of:
            some[number].result += 1
        for item, spent in zip(some, micros):
            item.spent += spent
            if measured:
                item.micros.append(spent)


def time_queries(index, queries, out, flags):
    with open(queries, encoding="utf-8") as lines:
        items = [Timed(*asked[1:], index.words(*asked[2:]))
                 for asked in read_lines(lines)
                 if asked and asked[0] == "TOP_10"]
    warmup, runs = flags.get("warmup", 2), flags.get("runs", 7)
    most = 1000 * flags.get("max-ms", 2000)
    for turn in range(warmup + runs):
        measured = turn >= warmup
        allowed = most if measured else most / 2
        time_once(index, [i for i in items if i.spent <= allowed or
                          (measured and not i.micros)], measured)
    with open(out, "w", encoding="utf-8") as table:
        rows = [COLUMNS] + [item.row() for item in items if item.micros]
        table.writelines("\t".join(map(str, row)) + "\n" for row in rows)


def main(arguments):
    flags = dict(re.findall(r"^--([a-z-]+)=?(\d*)$", "\n".join(arguments),
                            re.MULTILINE))
    flags = {name: int(value) for name, value in flags.items() if value}
    words = [a for a in arguments if not a.startswith("--")]
    verb = words[0] if words else ""
    if len(words) != {"build": 3, "bench": 4, "version": 1}.get(verb, 2):
        verb = ""
    if verb == "version":
        print(pisa_engine.version())
    elif verb == "build":
        os.makedirs(words[2], exist_ok=True)
        pisa_engine.build(words[1], words[2])
    elif verb == "optimize":
        pisa_engine.optimize(words[1])
    elif verb == "query":
        serve(pisa_engine.Index(words[1]))
    elif verb == "bench":
        time_queries(pisa_engine.Index(words[1]), words[2], words[3], flags)
    else:
        sys.stderr.write(USAGE)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
