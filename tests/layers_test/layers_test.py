#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the rules of the tree that no compiler checks.

Run as `layers_test.py ROOT`; prints one line per violation and fails if there
is any. `layers_test.py --self-test` plants one violation of each rule in a
small tree and fails unless exactly that one is found.

The rules: who may include whom (ARCHITECTURE.md), what library code never
calls, no two types of one name (the linker takes either one's functions for
both and says nothing), licence lines, include guards, line and file and
function lengths, links in documents that lead somewhere, and the README's code
being the code of examples/.
"""

import os
import re
import sys
import tempfile
import textwrap

# Room -> rooms it may include besides itself. Public headers ("kwic/...") are
# open to everybody.
ALLOWED = {
    "include": [],
    "base": [],
    "analysis": ["base"],
    "format": ["base"],
    "index": ["format", "analysis", "base"],
    "query": ["format", "analysis", "base"],
    "cli": [],
    "bindings": [],
    "examples": [],
    "bench": ["base", "analysis", "format", "index", "query"],
    "tests": ["base", "analysis", "format", "index", "query", "cli", "bench"],
}
ROOMS = ["base", "analysis", "format", "index", "query"]
LIBRARY = ["include"] + ROOMS

# Headers of other projects that only some rooms may see: what the reader
# links and what a test needs stay apart.
FOREIGN = [
    (r"simdjson\.h$", {"index", "tests", "bench"}),
    (r"CLI/", {"cli", "bench"}),
    (r"nlohmann/", {"cli", "tests", "bench"}),
    (r"g(test|mock)/", {"tests"}),
    (r"benchmark/", {"bench"}),
]

# What a library never does: end the process, print, throw, depend on the
# locale, or use what hostile bytes turn against it.
FORBIDDEN = [
    r"\b(abort|exit|_exit|_Exit|quick_exit|terminate)\s*\(",
    r"\bstd::(cerr|cout|clog|cin)\b",
    r"\b(printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|perror)\s*\(",
    # Our own allocators fail as `new` does, and a constructor may clean up and
    # pass on; the public calls catch both.
    r"\bthrow\b(?! std::bad_alloc\(\);|;)",
    r"\bstd::w?regex\b",
    r"\b(i|o)?fstream\b",
    r"\bLZ4_decompress_fast\w*",
    r"\b(isalpha|isalnum|isspace|ispunct|isupper|islower|tolower|toupper|"
    r"towlower|towupper|iswalpha|strtod|strtof|atof|stod|stof|setlocale)"
    r"\s*\(",
    r"\bstd::locale\b",
    r"\b(rand|srand|gmtime|localtime|strtok|sprintf|strcpy|strcat|gets)"
    r"\s*\(",
]

LINES_PER_FILE = 600
LINES_PER_FUNCTION = 80
COLUMNS = 80
PUBLIC_HEADERS = 12

CODE = (".cc", ".h", ".c")
NAMED_CODE = ("CMakeLists.txt", ".clang-format", ".clang-tidy",
              ".editorconfig")
LICENSED = CODE + (".cmake", ".py", ".sh", ".fbs", ".in", ".map", ".toml",
                   ".rs", ".java")
SKIPPED_FOLDERS = {".git", "build", "__pycache__", ".cache"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
NAMESPACE = re.compile(r"^(inline )?namespace\b ?([\w:]*) ?{$")
TYPE = re.compile(r"^(?:struct|class|union|enum(?: class)?) (?:KWIC_EXPORT )?"
                  r"(?:alignas\(\w+\) )?(\w+)(?: final)?(?: : [^;]*)? {")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(#[^)\s]*)?\)")


def strip_code(text):
    """Blanks comments, strings and characters; keeps the line structure."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|'
        r'"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])*\'',
        re.DOTALL)
    return pattern.sub(lambda m: "\n" * m.group(0).count("\n") or " ", text)


def walk(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            f for f in folders
            if f not in SKIPPED_FOLDERS and not f.startswith("build"))
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield os.path.relpath(path, root).replace(os.sep, "/")


class Tree:
    """The files of a tree and the violations found in them."""

    def __init__(self, root):
        self.root = root
        self.files = list(walk(root))
        self.violations = []
        self.types = {}  # qualified name -> where it is defined

    def report(self, rule, path, message, line=0):
        where = f"{path}:{line}" if line else path
        self.violations.append((rule, f"{where}: {message} [{rule}]"))

    def exists(self, path):
        return os.path.exists(os.path.join(self.root, path))

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8",
                  errors="replace", newline="") as file:
            return file.read()

    def check(self):
        for path in self.files:
            if path.startswith("fixtures/"):
                continue
            text = self.read(path)
            self.check_license(path, text)
            if path.endswith(".md"):
                self.check_links(path, text)
            if path.endswith(CODE + (".py",)):
                self.check_columns(path, text)
            if path.endswith(CODE):
                self.check_code(path, text)
        self.check_public_headers()
        self.check_readme()
        return self.violations

    def check_code(self, path, text):
        room = path.split("/")[0]
        self.check_includes(path, room, text)
        self.check_lengths(path, text)
        if path.endswith(".h"):
            self.check_guard(path, text)
        if room in LIBRARY:
            self.check_forbidden(path, text)
            self.check_types(path, text)

    def check_includes(self, path, room, text):
        for match in INCLUDE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            self.check_include(path, room, match.group(2),
                               match.group(1) == '"', line)

    def check_include(self, path, room, target, quoted, line):
        for pattern, rooms in FOREIGN:
            if re.match(pattern, target) and room not in rooms:
                self.report("foreign", path, f"{room}/ includes {target}",
                            line)
        to = target.split("/")[0]
        if to == "kwic":
            if not self.exists("include/" + target):
                self.report("resolve", path, f"no public header {target}",
                            line)
        elif to in ALLOWED and "/" in target:
            if room in ALLOWED and to != room and to not in ALLOWED[room]:
                self.report("layers", path, f"{room}/ must not include {to}/",
                            line)
        elif target.endswith("_generated.h"):
            if room in ALLOWED and room not in ("format", "tests", "bench"):
                self.report("layers", path,
                            f"only format/ includes {target}", line)
        elif quoted and not self.foreign_header(target):
            self.report("resolve", path,
                        f'"{target}" is not written from the root', line)

    @staticmethod
    def foreign_header(target):
        return re.match(r"(flatbuffers/|simdjson|CLI/|nlohmann/|gtest/|gmock/|"
                        r"benchmark/)", target)

    def check_forbidden(self, path, text):
        for number, line in enumerate(strip_code(text).split("\n"), 1):
            for pattern in FORBIDDEN:
                match = re.search(pattern, line)
                if match:
                    self.report("forbidden", path,
                                f"'{match.group(0)}' in a library room",
                                number)

    def check_types(self, path, text):
        """Types outside anonymous namespaces have names of their own."""
        scopes = []
        for number, line in enumerate(text.split("\n"), 1):
            namespace = NAMESPACE.match(line)
            if namespace:
                scopes.append(namespace.group(2))
            elif line.startswith("}  // namespace") and scopes:
                scopes.pop()
            type_line = TYPE.match(line)
            if type_line and "" not in scopes:
                name = "::".join(scopes + [type_line.group(1)])
                first = self.types.setdefault(name, path)
                if first != path:
                    self.report("types", path, f"{name} is also in {first}",
                                number)

    def check_license(self, path, text):
        name = os.path.basename(path)
        script = "." not in name and text.startswith("#!")
        if not (path.endswith(LICENSED) or name in NAMED_CODE or script):
            return
        head = "\n".join(text.split("\n")[:2])
        if "SPDX-License-Identifier: Apache-2.0" not in head:
            self.report("license", path, "no SPDX line at the top")

    def check_guard(self, path, text):
        if "// No include guard:" in text:  # meant to be included repeatedly
            return
        inner = path[len("include/"):] if path.startswith("include/") else path
        guard = re.sub(r"[^A-Za-z0-9]", "_", inner).upper() + "_"
        if not guard.startswith("KWIC_"):
            guard = "KWIC_" + guard
        if f"#ifndef {guard}\n#define {guard}\n" not in text:
            self.report("guard", path, f"include guard is not {guard}")

    def check_columns(self, path, text):
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > COLUMNS and "http" not in line:
                self.report("columns", path, f"{len(line)} columns", number)

    def check_lengths(self, path, text):
        lines = text.split("\n")
        if len(lines) - 1 > LINES_PER_FILE:
            self.report("lengths", path, f"{len(lines) - 1} lines")
        if not path.startswith("tests/"):  # where tables of cases may be long
            self.check_functions(path, lines)

    def check_functions(self, path, lines):
        start = None
        for number, line in enumerate(lines, 1):
            if line == "}" and start is not None:
                if number - start + 1 > LINES_PER_FUNCTION:
                    self.report("lengths", path, "a function of "
                                f"{number - start + 1} lines", start)
                start = None
            elif start is None and re.match(
                    r"(?!namespace|class|struct|union|enum|extern|TEST|#|//)"
                    r"[A-Za-z_~].*\(", line):
                start = number
            elif start is not None and line.endswith(";") and re.match(
                    r"\S", line):
                start = None

    def check_links(self, path, text):
        prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        for match in LINK.finditer(prose):
            target = match.group(1)
            if re.match(r"[a-z]+:", target):
                continue
            full = os.path.normpath(
                os.path.join(os.path.dirname(path), target))
            if not self.exists(full):
                self.report("links", path, f"{target} does not exist")

    def check_public_headers(self):
        headers = [p for p in self.files
                   if p.startswith("include/") and p.endswith(".h")]
        if len(headers) > PUBLIC_HEADERS:
            self.report("lengths", "include/kwic",
                        f"{len(headers)} public headers")

    def check_readme(self):
        """Every C++ block of the README is a piece of an example."""
        if not self.exists("README.md"):
            return
        examples = [self.squeeze(self.read(p)) for p in self.files
                    if p.startswith("examples/")]
        for block in re.findall(r"```cpp\n(.*?)```", self.read("README.md"),
                                re.DOTALL):
            if not any(self.squeeze(block) in text for text in examples):
                first = block.strip().split("\n")[0]
                self.report("readme", "README.md",
                            f"no example holds the block '{first} ...'")

    @staticmethod
    def squeeze(text):
        return "\n".join(line.strip() for line in text.split("\n")
                         if line.strip())


def header(path, body=""):
    inner = path[len("include/"):] if path.startswith("include/") else path
    guard = re.sub(r"[^A-Za-z0-9]", "_", inner).upper() + "_"
    guard = guard if guard.startswith("KWIC_") else "KWIC_" + guard
    return (f"{SPDX}#ifndef {guard}\n#define {guard}\n{body}"
            f"#endif  // {guard}\n")


SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
CLEAN = {
    "include/kwic/a.h": header("include/kwic/a.h"),
    "base/b.h": header("base/b.h", '#include "kwic/a.h"\n'
                       "namespace kwic {\nstruct S {\n};\nstruct T;\n"
                       "}  // namespace kwic\n"),
    "base/b.cc": SPDX + "namespace kwic {\nnamespace {\nstruct S {\n};\n"
                        "}  // namespace\n}  // namespace kwic\n",
    "query/q.cc": SPDX + '#include "query/q.h"\n// abort()\n'
                         'const char* s = "exit(1) \\" throw";\n',
    "query/q.h": header("query/q.h", '#include "base/b.h"\n'),
    "cli/c.cc": SPDX + '#include <kwic/a.h>\n#include <CLI/CLI.hpp>\n',
    "examples/e.cc": SPDX + "int main() {\n  return 0;\n}\n",
    "README.md": "[a](base/b.h) [w](https://w)\n```cpp\nreturn 0;\n```\n",
}
# Rule, path, text to put there.
PLANTED = [
    ("layers", "query/x.cc", SPDX + '#include "index/builder.h"\n'),
    ("layers", "index/x.cc", SPDX + '#include "query/q.h"\n'),
    ("layers", "base/x.cc", SPDX + '#include "format/section.h"\n'),
    ("layers", "format/x.cc", SPDX + '#include "analysis/analyzer.h"\n'),
    ("layers", "cli/x.cc", SPDX + '#include "base/b.h"\n'),
    ("layers", "examples/x.cc", SPDX + '#include <query/q.h>\n'),
    ("layers", "include/kwic/x.h",
     header("include/kwic/x.h", '#include "base/b.h"\n')),
    ("layers", "query/x.cc", SPDX + '#include "index_file_generated.h"\n'),
    ("resolve", "base/x.cc", SPDX + '#include "../query/q.h"\n'),
    ("resolve", "base/x.cc", SPDX + '#include "b.h"\n'),
    ("resolve", "cli/x.cc", SPDX + '#include "kwic/gone.h"\n'),
    ("foreign", "query/x.cc", SPDX + "#include <simdjson.h>\n"),
    ("forbidden", "base/x.cc", SPDX + "void f() { std::abort(); }\n"),
    ("forbidden", "format/x.cc", SPDX + "void f() { exit(1); }\n"),
    ("forbidden", "query/x.cc", SPDX + "void f() { std::cerr << 1; }\n"),
    ("forbidden", "query/x.cc", SPDX + "void f() { printf(\"\"); }\n"),
    ("forbidden", "index/x.cc", SPDX + "void f() { throw 1; }\n"),
    ("forbidden", "index/x.cc", SPDX + "std::ofstream f;\n"),
    ("forbidden", "format/x.cc", SPDX + "int n = LZ4_decompress_fast(a);\n"),
    ("forbidden", "analysis/x.cc", SPDX + "std::regex r;\n"),
    ("forbidden", "analysis/x.cc", SPDX + "int n = tolower(c);\n"),
    ("types", "format/x.cc", SPDX + "namespace kwic {\nstruct S {\n"),
    ("license", "base/x.cc", "int x;\n"),
    ("license", "cmake/x.cmake", "set(a b)\n"),
    ("license", "scripts/x", "#!/bin/sh\n"),
    ("guard", "base/x.h", SPDX + "#ifndef X_H\n#define X_H\n#endif\n"),
    ("columns", "base/x.cc", SPDX + "// " + "x" * 80 + "\n"),
    ("lengths", "base/x.cc", SPDX + "int x;\n" * 600),
    ("lengths", "base/x.cc",
     SPDX + "void f() {\n" + "  g();\n" * 80 + "}\n"),
    ("links", "docs/x.md", "[gone](gone.md)\n"),
    ("readme", "README.md", "```cpp\nreturn 1;\n```\n"),
]


def violations_of(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
        return Tree(root).check()


def self_test():
    failed = []
    clean = violations_of(CLEAN)
    if clean:
        failed.append(f"the clean tree has {clean}")
    for rule, path, text in PLANTED:
        found = violations_of({**CLEAN, path: text})
        if [r for r, _ in found] != [rule]:
            failed.append(f"{rule} planted in {path}, found {found}:\n"
                          + textwrap.shorten(text, 100))
    print("\n".join(failed) or f"{len(PLANTED)} planted violations found")
    return 1 if failed else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) != 1:
        print(__doc__)
        return 2
    tree = Tree(arguments[0])
    violations = tree.check()
    for _, message in violations:
        print(message)
    print(f"{len(tree.files)} files, {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
