# SPDX-License-Identifier: Apache-2.0
"""Drivers of engines (bench/peer, bench/rivals) and what they report."""
import csv
import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time

RIVALS = ("fts5", "xapian", "tantivy", "lucene", "pisa")
# Those whose driver tells the version.
VERSIONED = ("tantivy", "lucene", "pisa")
# Runs before an engine is at its speed, if it is asked for fewer: a compiler
# that works while the program runs needs many.
LEAST_WARMUP = {"lucene": 100}


class Engine:
    """A driver and its index in a folder."""

    def __init__(self, name, command, folder):
        self.name = name
        self.command = command.split()
        self.index = os.path.join(folder, name)
        self.figures = {}

    def build(self, corpus):
        """Builds and optimizes; keeps seconds, memory and bytes."""
        shutil.rmtree(self.index, ignore_errors=True)
        os.makedirs(self.index)
        build = timed(self.command + ["build", corpus, self.index])
        optimize = timed(self.command + ["optimize", self.index])
        self.figures = {
            "seconds": build["wall"] + optimize["wall"],
            "cpu_seconds": build["cpu"] + optimize["cpu"],
            "peak_mib": max(build["peak_mib"], optimize["peak_mib"]),
            "bytes": folder_bytes(self.index),
        }

    def version(self):
        """Of drivers that tell it; the others' is in machine()."""
        return output_of(*self.command, "version")

    def counts(self, queries):
        """The number of matches of each query; None where not supported."""
        asked = "".join(f"TOP_10_COUNT\t{q}\n" for q in queries)
        lines = subprocess.run(self.command + ["query", self.index],
                               input=asked, capture_output=True, text=True,
                               check=True).stdout.splitlines()
        if len(lines) != len(queries):
            sys.exit(f"bench: {self.name} gave {len(lines)} answers to "
                     f"{len(queries)} queries")
        return [None if line == "UNSUPPORTED" else json.loads(line)["count"]
                for line in lines]

    def round(self, query_file, warmup, runs, max_ms):
        """Times every query: {(command, query): (kind, result, median)}."""
        with tempfile.NamedTemporaryFile(suffix=".tsv") as out:
            subprocess.run(self.command + [
                "bench", self.index, query_file, out.name,
                f"--warmup={max(warmup, LEAST_WARMUP.get(self.name, 0))}",
                f"--runs={runs}", f"--max-ms={max_ms}"],
                check=True, stdout=subprocess.DEVNULL)
            with open(out.name, encoding="utf-8") as table:
                rows = csv.DictReader(table, delimiter="\t",
                                      quoting=csv.QUOTE_NONE)
                return {(r["cmd"], r["query"]):
                        (r["kind"], int(r["result"]), float(r["median_us"]))
                        for r in rows}

    def first_answer(self, query, runs=11):
        """Milliseconds from start of the driver to its answer, median."""
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            subprocess.run(self.command + ["query", self.index],
                           input=f"TOP_10\t{query}\n", text=True,
                           stdout=subprocess.DEVNULL, check=True)
            times.append(1000 * (time.perf_counter() - start))
        return sorted(times)[len(times) // 2]


def timed(command):
    """Runs a command: wall and CPU seconds, peak memory."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit("bench: this failed: " + " ".join(command))
    return {"wall": time.perf_counter() - start,
            "cpu": usage.ru_utime + usage.ru_stime,
            "peak_mib": usage.ru_maxrss / 1024}


def folder_bytes(folder):
    return sum(os.path.getsize(os.path.join(where, name))
               for where, _, names in os.walk(folder) for name in names)


def output_of(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True,
                              check=True)
        return done.stdout.strip().splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def machine():
    """What a figure depends on: CPU, cores, compiler, versions, commit."""
    model, flags = platform.machine(), ""
    try:
        cpu = open("/proc/cpuinfo", encoding="utf-8").read()
        model = re.search(r"model name\s*: (.*)", cpu).group(1)
        flags = re.search(r"flags\s*: (.*)", cpu).group(1)
    except (OSError, AttributeError):
        pass
    here = os.path.dirname(os.path.abspath(__file__))
    level = ("AVX-512" if "avx512_vbmi2" in flags
             else "AVX2" if "avx2" in flags
             else "NEON" if platform.machine() == "aarch64" else "portable")
    changed = output_of("git", "-C", here, "status", "--porcelain", "-uno")
    return {
        "CPU": f"{model}, {os.cpu_count()} cores, {level}",
        "system": f"{platform.system()} {platform.release()}",
        "compiler": output_of("c++", "--version"),
        "SQLite": output_of("pkg-config", "--modversion", "sqlite3"),
        "Xapian": output_of("pkg-config", "--modversion", "xapian-core"),
        "commit": output_of("git", "-C", here, "rev-parse", "--short", "HEAD")
                  + ("" if changed == "unknown" else " with changes"),
        "load before": "%.2f %.2f %.2f" % os.getloadavg(),
    }


def record_folder(args):
    """The name of a record, with the date and the machine, and its folder."""
    name = "-".join(filter(None, [datetime.date.today().isoformat(),
                                  machine_name(), args.name]))
    folder = os.path.join(args.records, name)
    os.makedirs(folder, exist_ok=True)
    return name, folder


def machine_name():
    """Short, for a folder: the CPU's make and the number of cores."""
    model = machine()["CPU"].split(",")[0].lower()
    return re.sub(r"[^a-z0-9]+", "-", model).strip("-") + f"-{os.cpu_count()}"
