#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds and runs examples/ with kwic in every way it is offered.

    static   installed, then moved, from the build that ctest runs in
    embedded kwic's sources under another project, as shared libraries
    shared   installed from the embedded build

Each installed kwic is used through find_package and through pkg-config. Of the
shared libraries the exported symbols and the size of the reader are checked.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys

READER_BYTES = 400 * 1000  # stripped
BUILDER_ONLY = {"IndexBuilder", "read_corpus", "skip_reason_name"}


class Failure(Exception):
    """A check that did not hold."""


def check(condition, message):
    if not condition:
        raise Failure(message)


def run(command, expect=0, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, check=False, **options)
    if done.returncode != expect:
        raise Failure(f"{' '.join(command)}\nended with {done.returncode}, "
                      f"not {expect}:\n{done.stdout}")
    return done.stdout


def read(path, mode="r"):
    with open(path, mode) as file:
        return file.read()


class Package:
    """The steps, in the order of main()."""

    def __init__(self, arguments):
        self.source = arguments.source
        self.build = arguments.build
        self.work = arguments.work
        self.cxx = arguments.cxx
        self.launcher = arguments.launcher
        self.examples = os.path.join(self.source, "examples")

    def path(self, *names):
        return os.path.join(self.work, *names)

    def configure(self, name, *options, expect=0):
        command = ["cmake", "-S", self.path("consumer"), "-B",
                   self.path(name), "-G", "Ninja",
                   f"-DCMAKE_CXX_COMPILER={self.cxx}",
                   "-DCMAKE_BUILD_TYPE=Release",
                   f"-DEXAMPLES={self.examples}", *options]
        if self.launcher:
            command.append(f"-DCMAKE_CXX_COMPILER_LAUNCHER={self.launcher}")
        return run(command, expect=expect)

    def start(self):
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.path("texts", "sub"))
        # Outside the source tree, as a stranger's project is.
        shutil.copytree(os.path.join(self.source, "tests", "package",
                                     "consumer"), self.path("consumer"))
        texts = {"a.txt": "The harbour bridge opens at noon.\n",
                 "b.txt": "The bridge is closed.\n",
                 "sub/c.txt": "Nothing about it here.\n"}
        for name, text in texts.items():
            with open(self.path("texts", name), "w") as file:
                file.write(text)

    def install_static(self):
        run(["cmake", "--install", self.build, "--prefix",
             self.path("first")])
        # An installed tree may be moved.
        os.rename(self.path("first"), self.path("static"))
        check(not self.mentions("static", self.path("first")),
              "an installed text file names the prefix it was installed to")
        for name in ["include/kwic/searcher.h", "share/doc/kwic/LICENSE"]:
            check(os.path.exists(self.path("static", name)),
                  f"{name} is not installed")

    def mentions(self, prefix, word):
        for folder, _, names in os.walk(self.path(prefix)):
            for name in names:
                if name.endswith((".cmake", ".pc", ".h")):
                    if word in read(os.path.join(folder, name)):
                        return True
        return False

    def use_with_cmake(self, name, prefix):
        self.configure(name, f"-DCMAKE_PREFIX_PATH={self.path(prefix)}")
        run(["cmake", "--build", self.path(name)])
        self.try_programs(self.path(name))

    def refuse_other_version(self, prefix):
        text = self.configure(
            "refused", f"-DCMAKE_PREFIX_PATH={self.path(prefix)}",
            "-DKWIC_WANTED=0.2", expect=1)
        check("compatible" in text, f"0.2 was refused otherwise:\n{text}")

    def use_with_pkg_config(self, name, prefix, *options):
        pc = self.find(prefix, "kwic.pc")
        env = {**os.environ, "PKG_CONFIG_PATH": os.path.dirname(pc)}
        libs = os.path.dirname(os.path.dirname(pc))
        os.makedirs(self.path(name))
        for program, package in [("quickstart", "kwic"),
                                 ("reader_only", "kwic-reader")]:
            flags = run(["pkg-config", *options, "--cflags", "--libs",
                         package], env=env).split()
            run([self.cxx, "-std=c++20", "-Wall", "-Wextra", "-Werror",
                 os.path.join(self.examples, program + ".cc"), "-o",
                 self.path(name, program), *flags, f"-Wl,-rpath,{libs}"])
        self.try_programs(self.path(name))

    def find(self, prefix, name):
        for folder, _, names in os.walk(self.path(prefix)):
            if name in names:
                return os.path.join(folder, name)
        raise Failure(f"{name} is not installed in {prefix}")

    def try_programs(self, folder):
        index = os.path.join(folder, "texts.kwic")
        text = run([os.path.join(folder, "quickstart"), self.path("texts"),
                    index, '"harbour bridge"'])
        check("3 documents" in text and "1 documents match" in text
              and "a.txt" in text, f"quickstart printed:\n{text}")
        # The same bytes at an odd offset of another file.
        data = read(index, "rb")
        with open(index + ".archive", "wb") as file:
            file.write(b"x" * 4099 + data + b"tail")
        text = run([os.path.join(folder, "reader_only"), index + ".archive",
                    "4099", str(len(data)), "bridge"])
        check(text == "2\n", f"reader_only printed:\n{text}")

    def embed(self):
        self.configure("embedded", f"-DKWIC_SOURCE={self.source}",
                       "-DBUILD_SHARED_LIBS=ON", "-DKWIC_INSTALL=ON")
        targets = run(["cmake", "--build", self.path("embedded"), "--target",
                       "help"])
        for unwanted in ["kwic_cli", "kwic_peer", "_test"]:
            check(not re.search(rf"^\S*{unwanted}\b.*: phony", targets, re.M),
                  f"embedding kwic brings {unwanted} along")
        run(["cmake", "--build", self.path("embedded")])
        self.try_programs(self.path("embedded"))
        run(["cmake", "--install", self.path("embedded"), "--prefix",
             self.path("shared")])

    def check_symbols(self, name, left_out):
        """A shared library shows the public headers' names, and only them."""
        headers = os.path.join(self.source, "include", "kwic")
        public = " ".join(read(os.path.join(headers, h))
                          for h in sorted(os.listdir(headers)))
        text = run(["nm", "-D", "-C", "--defined-only",
                    self.find("shared", name)])
        symbols = [line.split(" ", 2)[2] for line in text.splitlines()]
        for symbol in symbols:
            match = re.match(r"kwic(?:::|_)(\w+)", symbol)
            check(match and re.search(rf"\b{match.group(1)}\b", public)
                  and "::Impl::" not in symbol.split("(")[0],
                  f"{name} shows {symbol}")
        shown = {re.split(r"::|\(|\[", symbol)[1] for symbol in symbols}
        classes = re.findall(r"class KWIC_EXPORT (\w+)", public)
        functions = re.findall(r"^KWIC_EXPORT [^;()]*?(\w+)\(", public, re.M)
        wanted = set(classes + functions) - left_out
        check(shown == wanted, f"{name} shows {sorted(shown)}, and should "
                               f"{sorted(wanted)}")
        return len(symbols)

    def check_reader(self):
        stripped = self.path("stripped.so")
        run(["strip", "-o", stripped,
             self.find("shared", "libkwic_reader.so")])
        size = os.path.getsize(stripped)
        check(size < READER_BYTES, f"kwic::reader has {size} bytes, not "
                                   f"below {READER_BYTES}")
        return size


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ["source", "build", "work", "cxx"]:
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--launcher", default="")
    arguments = parser.parse_args()
    if not os.path.exists(os.path.join(arguments.build, "libkwic.a")):
        print("skipped: kwic itself is not built")
        return 77
    package = Package(arguments)
    try:
        package.start()
        package.install_static()
        package.use_with_cmake("static-cmake", "static")
        package.refuse_other_version("static")
        package.use_with_pkg_config("static-pc", "static", "--static")
        package.embed()
        package.use_with_cmake("shared-cmake", "shared")
        package.use_with_pkg_config("shared-pc", "shared")
        for name, left_out in [("libkwic.so", set()),
                               ("libkwic_reader.so", BUILDER_ONLY)]:
            count = package.check_symbols(name, left_out)
            print(f"{name} shows {count} symbols")
        print(f"kwic::reader, stripped: {package.check_reader()} bytes")
    except Failure as failure:
        print(f"FAILED: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
