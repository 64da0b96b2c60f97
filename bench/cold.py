#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Time from starting a driver to its first answer, with its index file in the
page cache (warm) and out of it (cold), in milliseconds.

usage: bench/cold.py RUNS FOLDER DRIVER [DRIVER ...] < QUERIES

FOLDER holds the index kwic.kwic that the drivers (kwic_peer of one build or
several, who take turns) can query. Writes CSV: per query and driver the best
and the median of RUNS. Only the file is taken out of the cache; the programs
and their libraries stay.
"""
import csv
import os
import statistics
import subprocess
import sys
import time


def evict(path):
    fd = os.open(path, os.O_RDONLY)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)


def first_answer(driver, folder, query):
    begin = time.perf_counter()
    with subprocess.Popen([driver, "query", folder], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        process.stdin.write(b"TOP_10\t" + query.encode() + b"\n")
        process.stdin.flush()
        if not process.stdout.readline():
            sys.exit(f"no answer from {driver}")
        return 1000 * (time.perf_counter() - begin)


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    runs, folder, drivers = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    path = os.path.join(folder, "kwic.kwic")
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["query", "driver", "cold_best", "cold_median", "warm_best",
                  "warm_median"])
    for query in filter(None, map(str.strip, sys.stdin)):
        times = {(d, k): [] for d in drivers for k in ("cold", "warm")}
        for _ in range(runs):
            for driver in drivers:
                evict(path)
                for kind in ("cold", "warm"):
                    times[driver, kind].append(
                        first_answer(driver, folder, query))
        for driver in drivers:
            figures = [f"{f(times[driver, kind]):.2f}"
                       for kind in ("cold", "warm")
                       for f in (min, statistics.median)]
            out.writerow([query, os.path.basename(driver)] + figures)
        sys.stdout.flush()


main()
