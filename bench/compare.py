# SPDX-License-Identifier: Apache-2.0
"""Compares engines on one corpus in one run and writes a record.

All engines index the same corpus and answer the same queries. Their counts must
agree. Then they are timed by turns, round after round, so that what else the
machine does meets all of them; a query's time is the median of its rounds'
medians. One thread, files in memory, from a tokenized query to document
numbers. Use scripts/bench, which builds the drivers first.
"""
import argparse
import csv
import os
import shlex
import statistics
import subprocess
import sys
import tempfile

import engines
import queries

KINDS = ("term", "and", "or", "phrase")
HERE = os.path.dirname(os.path.abspath(__file__))


def arguments():
    p = argparse.ArgumentParser(prog="scripts/bench",
                                description=__doc__.splitlines()[0])
    p.add_argument("--drivers", required=True, help=argparse.SUPPRESS)
    p.add_argument("--corpus", help="JSON lines of id, title, body "
                   "(default: a synthetic corpus)")
    p.add_argument("--documents", type=int, default=100000,
                   help="of the synthetic corpus (%(default)s)")
    p.add_argument("--queries", help="a file of queries (default: made from "
                   "the words of the corpus)")
    p.add_argument("--engines", default="", help="rivals, of " +
                   " ".join(engines.RIVALS) + " (default: those that could "
                   "be built)")
    p.add_argument("--peer", action="append", default=[],
                   metavar="NAME=COMMAND", help="one more driver")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--warmup", type=int, default=1, help="runs in each round")
    p.add_argument("--runs", type=int, default=3, help="in each round")
    p.add_argument("--max-ms", type=int, default=150,
                   help="time that a query may take in a round")
    p.add_argument("--folder", help="keeps corpus and indexes there; indexes "
                   "that are there already are used")
    p.add_argument("--name", default="", help="added to the record's name")
    p.add_argument("--note", default="", help="a sentence for the record")
    p.add_argument("--records", default=os.path.join(HERE, "records"))
    return p.parse_args()


def rival_drivers(args):
    """Name and path of the drivers asked for, or of all that are there."""
    asked = args.engines.split() or engines.RIVALS
    found = [(n, os.path.join(args.drivers, n + "_peer")) for n in asked]
    found = [(n, path) for n, path in found if os.path.exists(path)]
    missing = set(args.engines.split()) - {n for n, _ in found}
    if missing:
        sys.exit("bench: there is no driver of " + " ".join(sorted(missing)))
    return found


def set_up(args, folder):
    corpus = args.corpus
    if not corpus:
        corpus = os.path.join(folder, f"corpus-{args.documents}.jsonl")
        if not os.path.exists(corpus):
            with open(corpus, "wb") as out:
                subprocess.run([os.path.join(args.drivers, "kwic_make_corpus"),
                                str(args.documents)], stdout=out, check=True)
    some = [engines.Engine("kwic", os.path.join(args.drivers, "kwic_peer"),
                           folder)]
    for name, driver in rival_drivers(args):
        some.append(engines.Engine(name, driver, folder))
    for peer in args.peer:
        name, command = peer.split("=", 1)
        some.append(engines.Engine(name, command, folder))
    return corpus, some


def make_queries(args, corpus, folder):
    """The queries, and a file that has each with every command."""
    asked = queries.read(args.queries) if args.queries else queries.make(corpus)
    path = os.path.join(folder, "queries.tsv")
    with open(path, "w", encoding="utf-8") as out:
        for command in queries.COMMANDS:
            out.writelines(f"{command}\t{q}\n" for q in asked)
    return asked, path


def check_counts(some, asked):
    """Exits where engines disagree; returns how many queries were compared."""
    answers = {e.name: e.counts(asked) for e in some}
    compared, differ = 0, []
    for i, query in enumerate(asked):
        seen = {n: a[i] for n, a in answers.items() if a[i] is not None}
        compared += len(seen) > 1
        if len(set(seen.values())) > 1:
            differ.append((query, seen))
    for query, seen in differ[:20]:
        print("bench: counts differ:", query, seen, file=sys.stderr)
    if differ:
        sys.exit(f"bench: {len(differ)} of {compared} counts differ")
    return compared


def measure(some, path, args):
    """{(command, query): {"kind":, "result":, engine: [median, ...]}}"""
    times = {}
    for number in range(args.rounds):
        print(f"round {number + 1} of {args.rounds}", file=sys.stderr)
        # Each round begins with another engine.
        turn = some[number % len(some):] + some[:number % len(some)]
        for engine in turn:
            found = engine.round(path, args.warmup, args.runs, args.max_ms)
            for key, (kind, result, micros) in found.items():
                row = times.setdefault(key, {"kind": kind, "result": result})
                row.setdefault(engine.name, []).append(micros)
    return times


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def number(value):
    return (f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
            if value >= 10 else f"{value:.2f}")


def latency_table(some, times):
    """Mean and 99th percentile in µs; for rivals also the ratio of means.

    A rival that cannot answer some of the queries is held against kwic's mean
    over the others.
    """
    rivals = some[1:]
    lines = ["| | n | kwic µs, mean / p99 | " +
             " | ".join(f"{e.name} | ÷ kwic" for e in rivals) + " |",
             "|---|---:|---:|" + "---:|---:|" * len(rivals)]
    for command in queries.COMMANDS:
        for kind in KINDS:
            rows = [r for (c, _), r in times.items() if c == command
                    and r["kind"] == kind and "kwic" in r]
            if not rows:
                continue
            ours = [statistics.median(r["kwic"]) for r in rows]
            mean = statistics.fmean(ours)
            cells = [f"{command} {kind}", str(len(rows)),
                     f"{number(mean)} / {number(percentile(ours, .99))}"]
            for e in rivals:
                pairs = [(statistics.median(r[e.name]),
                          statistics.median(r["kwic"]))
                         for r in rows if e.name in r]
                if not pairs:
                    cells += ["–", "–"]
                    continue
                theirs = [pair[0] for pair in pairs]
                cells += [f"{number(statistics.fmean(theirs))} / "
                          f"{number(percentile(theirs, .99))}",
                          number(sum(theirs) / sum(p[1] for p in pairs))]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def build_table(some, corpus, first):
    raw = os.path.getsize(corpus)
    lines = ["| | build s | CPU s | peak MiB | index MB | of the JSONL | "
             "start to first answer ms |",
             "|---|---:|---:|---:|---:|---:|---:|"]
    for e in some:
        f = e.figures
        if f:
            lines.append(
                f"| {e.name} | {f['seconds']:.1f} | {f['cpu_seconds']:.1f} | "
                f"{f['peak_mib']:.0f} | {f['bytes'] / 1e6:.1f} | "
                f"{100 * f['bytes'] / raw:.1f} % | {first[e.name]:.1f} |")
        else:
            size = engines.folder_bytes(e.index)
            lines.append(f"| {e.name} | | | | {size / 1e6:.1f} | "
                         f"{100 * size / raw:.1f} % | {first[e.name]:.1f} |")
    return "\n".join(lines)


def command_line(args):
    """As it was given, without folders of this machine."""
    words = []
    for word in sys.argv[1:]:
        if words and words[-1] == "--drivers":
            words.pop()
        elif word.startswith("--peer="):
            words.append(word.split("=")[0] + "=" + word.split("=")[1])
        else:
            words.append(os.path.basename(word) if "/" in word else word)
    return shlex.join(["scripts/bench"] + words)


def write_record(args, corpus, compared, some, times, tables):
    name, folder = engines.record_folder(args)
    facts = engines.machine()
    with open(os.path.join(folder, "README.md"), "w", encoding="utf-8") as out:
        out.write(f"# {name}\n\n")
        if args.note:
            out.write(args.note + "\n\n")
        out.write(f"    {command_line(args)}\n\n")
        documents = sum(1 for _ in open(corpus, "rb"))
        facts["corpus"] = (f"{os.path.basename(corpus)}, {documents} documents,"
                           f" {os.path.getsize(corpus)} bytes of JSONL")
        facts["queries"] = f"{compared} distinct; all counts agree"
        facts["rounds"] = (f"{args.rounds} by turns, each {args.warmup} warm-up"
                           f" and {args.runs} measured runs")
        for e in some:
            least = engines.LEAST_WARMUP.get(e.name, 0)
            if least > args.warmup:
                facts["rounds"] += f"; {e.name} {least} warm-up runs"
            if e.name in engines.VERSIONED:
                facts[e.name] = e.version()
        out.writelines(f"- {key}: {value}\n" for key, value in facts.items())
        out.write("\nsummary.md has the tables, raw.csv the median of every "
                  "query in every round, in µs.\n")
    with open(os.path.join(folder, "summary.md"), "w", encoding="utf-8") as out:
        out.write(tables)
    path = os.path.join(folder, "raw.csv")
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["command", "kind", "query", "result", "engine", "round",
                      "median_us"])
        for (command, query), row in times.items():
            for e in some:
                for i, micros in enumerate(row.get(e.name, [])):
                    out.writerow([command, row["kind"], query, row["result"],
                                  e.name, i, f"{micros:.2f}"])
    return folder


def run(args, folder):
    corpus, some = set_up(args, folder)
    for engine in some:
        if not (args.folder and os.path.isdir(engine.index)):
            print("building", engine.name, file=sys.stderr)
            engine.build(corpus)
    # Only now, for a child's peak memory begins with that of its parent.
    asked, path = make_queries(args, corpus, folder)
    compared = check_counts(some, asked)
    times = measure(some, path, args)
    sample = next(q for q in asked if q.startswith("+"))
    first = {e.name: e.first_answer(sample) for e in some}
    tables = (latency_table(some, times) + "\n\n" +
              build_table(some, corpus, first) + "\n")
    print(tables)
    where = write_record(args, corpus, compared, some, times, tables)
    print("record:", where, file=sys.stderr)


def main():
    args = arguments()
    if args.folder:
        os.makedirs(args.folder, exist_ok=True)
        run(args, args.folder)
    else:
        with tempfile.TemporaryDirectory(prefix="kwic-bench.") as folder:
            run(args, folder)


main()
