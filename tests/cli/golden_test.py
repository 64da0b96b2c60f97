#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the program and compares what it prints with golden files.

    golden_test.py --program build/release/kwic [--update] [GROUP[/CASE]]...

A case is a folder <group>/<case> with
    cmd      a POSIX shell script, run in an empty folder where `kwic` is on the
             PATH, corpora.sh has been read and CORPUS is fixtures/corpus
    stdout   what it must print, after masking; likewise stderr
    exit     its exit code
--update writes the three from what the program does now: look at the difference
before you commit it.
"""

import argparse
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

# What may differ from run to run. The replacement tells what stood there.
MASKS = [
    (rb'"micros":\d+', rb'"micros":MICROS'),
    (rb" in \d+\.\d+ ms", rb" in TIME ms"),
    (rb"(?m)^  time       .*$", rb"  time       TIME"),
    (rb"(?m)^  memory     .*$", rb"  memory     MEMORY"),
    (rb'"seconds":[0-9.e+-]+', rb'"seconds":SECONDS'),
    (rb'"peak_memory_bytes":\d+', rb'"peak_memory_bytes":MEMORY'),
    (rb"kwic \d+\.\d+\.\d+, file format \d+\.\d+", rb"kwic VERSION, FORMAT"),
    # Sizes of the file depend on its format, which has tests of its own.
    (rb"(in, )[\d.]+ \w+ out( \([\d.]+ %\))?", rb"\1SIZE out"),
    (rb'"runs_spilled":\d+', rb'"runs_spilled":RUNS'),
    (rb"kwic-tmp\.[\d.]+", rb"kwic-tmp.NUMBER"),
    (rb'"file_bytes":\d+', rb'"file_bytes":BYTES'),
]


def mask(data):
    for pattern, replacement in MASKS:
        data = re.sub(pattern, replacement, data)
    return data


def run_case(folder, program):
    """Returns what the case printed and its exit code, as bytes by name."""
    with tempfile.TemporaryDirectory() as scratch:
        binaries = pathlib.Path(scratch, "bin")
        work = pathlib.Path(scratch, "work")
        binaries.mkdir()
        work.mkdir()
        (binaries / "kwic").symlink_to(program)
        environment = {
            "PATH": f"{binaries}:/usr/local/bin:/usr/bin:/bin",
            "HOME": scratch,
            "LC_ALL": "C",
            "TERM": "xterm",
            "CORPUS": str(HERE.parent.parent / "fixtures" / "corpus"),
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH"):
            if name in os.environ:
                environment[name] = os.environ[name]
        script = f'. "{HERE}/corpora.sh"; . "{folder}/cmd"'
        done = subprocess.run(["sh", "-c", script], cwd=work, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=120, check=False)
    return {
        "stdout": mask(done.stdout),
        "stderr": mask(done.stderr),
        "exit": b"%d\n" % done.returncode,
    }


def differences(folder, name, actual):
    path = folder / name
    expected = path.read_bytes() if path.exists() else b""
    if expected == actual:
        return []
    as_lines = [text.decode("utf-8", "backslashreplace").splitlines()
                for text in (expected, actual)]
    return list(difflib.unified_diff(*as_lines, f"expected {name}",
                                     f"actual {name}", lineterm=""))


def check(folder, program):
    """Returns whether the case does what its files say."""
    results = run_case(folder, program)
    lines = []
    for name, actual in results.items():
        lines += differences(folder, name, actual)
    label = folder.relative_to(HERE)
    print(f"{'FAIL' if lines else 'ok'} {label}")
    # A difference that does not show in lines (the last line end) still fails.
    same = all((folder / name).exists()
               and (folder / name).read_bytes() == actual
               for name, actual in results.items())
    if lines or not same:
        print("\n".join(lines) or "files missing, or the last line end differs")
    return same


def update(folder, program):
    for name, actual in run_case(folder, program).items():
        (folder / name).write_bytes(actual)
    print(f"updated {folder.relative_to(HERE)}")
    return True


def find_cases(names):
    cases = sorted(path.parent for path in HERE.glob("*/*/cmd"))
    if not names:
        return cases
    wanted = [HERE / name for name in names]
    return [case for case in cases
            if any(case == w or case.parent == w for w in wanted)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    program = options.program.resolve()
    if not program.exists():
        sys.exit(f"there is no program at {program}")
    cases = find_cases(options.names)
    if not cases:
        sys.exit("no such case")
    action = update if options.update else check
    results = [action(case, program) for case in cases]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
