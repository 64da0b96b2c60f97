#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the second reader with known texts, with `kwic`, and with the page.

    second_reader_test.py --program build/release/kwic --source .
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import reader  # noqa: E402

OPTIONS = argparse.Namespace()


def build(folder, documents, *options):
    """An index of (id, title, body) rows, read by the second reader."""
    lines = pathlib.Path(folder, "texts.jsonl")
    index = pathlib.Path(folder, "texts.kwic")
    with lines.open("w") as file:
        for name, title, body in documents:
            row = {"id": name, "title": title, "body": body}
            file.write(json.dumps(row) + "\n")
    subprocess.run([OPTIONS.program, "index", lines, "-o", index, "--quiet",
                    *options], check=True)
    return index, reader.Reader(index.read_bytes())


def expected_lists(documents):
    """Term -> [(document, [position])] of words in lower case."""
    lists = {}
    for doc, (_, title, body) in enumerate(sorted(documents)):
        positions = {}
        for position, word in enumerate(f"{title} {body}".split()):
            positions.setdefault(word, []).append(position)
        for word, where in positions.items():
            lists.setdefault(word.encode(), []).append((doc, where))
    return lists


def expected_codes(index):
    """Term -> the code of each occurrence, from the lists alone."""
    standing = {}  # (document, position) -> frequent words there
    _, words = index.frequent_words()
    for code, word in enumerate(words, 1):
        for doc, where in index.list(index.dictionary.find(word)):
            for position in where:
                standing.setdefault((doc, position), []).append(code)
    codes = {}
    for term, info in index.dictionary:
        codes[term] = []
        for doc, where in index.list(info):
            for position in where:
                before = standing.get((doc, position - 1), [0])
                codes[term].append(before[0] if len(before) == 1 else 15)
    return codes


def check_codes(test, index):
    """Returns whether a position with several frequent words was among them."""
    several, seen = False, False
    for term, expected in expected_codes(index).items():
        info = index.dictionary.find(term)
        if info.df < 32:
            expected = [0] * info.cf
        test.assertEqual(index.predecessor_codes(info), expected, term)
        several |= 15 in expected
        seen |= any(expected)
    if seen:
        test.assertEqual(index.frequent_words()[0], several)
    return several


def words_corpus(count, longest, seed):
    """Words whose lists take every layout, and terms long and alike."""
    rng = random.Random(seed)
    documents = []
    for i in range(count):
        words = []
        for _ in range(rng.randrange(longest)):
            words += rng.choices(["and", "of", f"w{rng.randrange(40)}",
                                  f"v{rng.randrange(2000)}"], [4, 3, 2, 1])
        if i % 20 == 7:
            words += ["twentieth"] * rng.choice([1, 1, 2, 9])
        if i % 25 == 3:
            words.append("ones")
        if i % 1000 == 5:
            words += ["prefixprefixprefix" + "x" * rng.randrange(200), f"u{i}"]
        documents.append((f"d{i:06}", "", " ".join(words)))
    return documents


class KnownTexts(unittest.TestCase):
    def check(self, documents):
        with tempfile.TemporaryDirectory() as folder:
            _, index = build(folder, documents, "--analyzer", "simple")
        expected = expected_lists(documents)
        found = list(index.dictionary)
        self.assertEqual([term for term, _ in found], sorted(expected))
        for term, info in found:
            self.assertEqual(index.list(info), expected[term], term)
        for term in sorted(expected)[::7]:
            self.assertIsNotNone(index.dictionary.find(term), term)
        self.assertIsNone(index.dictionary.find(b"nosuchterm"))
        check_codes(self, index)
        table = index.document_table()
        self.assertEqual([row[0].decode() for row in table],
                         [row[0] for row in sorted(documents)])
        for doc, (_, title, body) in enumerate(sorted(documents)):
            self.assertEqual(table[doc][1].decode(), title)
            self.assertEqual(table[doc][2], len(body.encode()))
            self.assertEqual(index.lengths[doc], len(f"{title} {body}".split()))
        store = index.store()
        for doc in range(0, len(documents), max(1, len(documents) // 40)):
            body = sorted(documents)[doc][2].encode()
            self.assertEqual(store.text(doc), body)

    def test_many_short_documents(self):
        documents = words_corpus(8000, 6, 1)
        self.check(documents)
        # Lists of every layout were among them.
        frequencies = [len(rows) for rows in expected_lists(documents).values()]
        self.assertTrue(any(f == 1 for f in frequencies))
        self.assertTrue(any(100 < f <= 256 for f in frequencies))
        self.assertTrue(any(256 < f < 8000 // 16 for f in frequencies))
        self.assertTrue(any(f >= 8000 // 8 for f in frequencies))

    def test_some_long_documents(self):
        self.check(words_corpus(300, 400, 2))

    def test_several_words_at_a_position(self):
        """"wi-fi" can be found by "wi" and by "wifi"."""
        rng = random.Random(3)
        documents = [(f"d{i}", "", " ".join(rng.choices(
            ["wi-fi", "wi", "wifi", "c", "w1"], k=12))) for i in range(400)]
        with tempfile.TemporaryDirectory() as folder:
            _, index = build(folder, documents)
        self.assertTrue(check_codes(self, index))

    def test_one_document(self):
        self.check([("only", "title", "one two one")])

    def test_titles_and_long_ids(self):
        self.check([(f"{'long' * (i % 9)}/{i}/{'x' * (i * 7 % 90)}",
                     "title" if i % 3 else "", f"body {i}")
                    for i in range(200)])

    def test_titles_next_to_each_other(self):
        rng, title, documents = random.Random(4), "", []
        for i in range(300):
            title = rng.choice(["", title, title[: rng.randrange(20)],
                                title + " more" * rng.randrange(9),
                                f"{'very ' * rng.randrange(50)}new {i}"])
            title = " ".join(title.split())
            documents.append((f"d{i:03}", title, f"body {i}"))
        self.check(documents)

    def test_without_texts_and_hashes(self):
        documents = [(f"d{i:03}", f"title {i // 7}", "x" * (i * i % 1000))
                     for i in range(100)]
        with tempfile.TemporaryDirectory() as folder:
            _, index = build(folder, documents, "--no-text", "--no-hashes")
        self.assertEqual(index.document_table(),
                         [(name.encode(), title.encode(), len(body))
                          for name, title, body in documents])
        self.assertEqual(index.file.header["features_compatible"], 0)
        self.assertNotIn(9, index.file.sections)

    def test_no_document(self):
        with tempfile.TemporaryDirectory() as folder:
            _, index = build(folder, [])
        self.assertEqual(list(index.dictionary), [])
        self.assertEqual(index.document_table(), [])


class Fixtures(unittest.TestCase):
    """The texts of the repository: many scripts, any bytes."""

    def setUp(self):
        self.corpus = pathlib.Path(OPTIONS.source, "fixtures/corpus")
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name, "fixtures.kwic")
        subprocess.run([OPTIONS.program, "index", self.corpus, "-o", self.path,
                        "--quiet"], check=True)
        self.index = reader.Reader(self.path.read_bytes())

    def tearDown(self):
        self.folder.cleanup()

    def test_texts(self):
        store, table = self.index.store(), self.index.document_table()
        self.assertGreater(len(table), 20)
        for doc, (name, _, size) in enumerate(table):
            expected = self.corpus.joinpath(name.decode()).read_bytes()
            self.assertEqual(store.text(doc), expected, name)
            self.assertEqual(size, len(expected), name)

    def test_terms(self):
        out = subprocess.run([OPTIONS.program, "terms", "--json", self.path],
                             check=True, capture_output=True).stdout
        expected = [json.loads(line) for line in out.splitlines()]
        found = [{"term": term.decode(), "documents": info.df,
                  "occurrences": info.cf}
                 for term, info in self.index.dictionary]
        self.assertEqual(found, expected)
        for _, info in self.index.dictionary:
            rows = self.index.list(info)
            self.assertEqual(len(rows), info.df)
            self.assertEqual(sum(len(where) for _, where in rows), info.cf)
            for doc, where in rows:
                self.assertEqual(where, sorted(set(where)))
                self.assertLess(where[-1], self.index.lengths[doc])

    def test_phrase(self):
        """Documents with two words in a row are those `kwic search` finds."""
        first, second = b"of", b"the"
        starts = dict(self.index.list(self.index.dictionary.find(first)))
        table = self.index.document_table()
        found = set()
        for doc, where in self.index.list(self.index.dictionary.find(second)):
            if {p - 1 for p in where} & set(starts.get(doc, [])):
                found.add(table[doc][0])
        out = subprocess.run([OPTIONS.program, "search", self.path, "--ids",
                              "-k", "100", '"of the"'],
                             check=True, capture_output=True).stdout
        self.assertEqual(found, set(out.splitlines()))
        self.assertTrue(found)


class Page(unittest.TestCase):
    def test_example_is_what_the_program_writes(self):
        source = pathlib.Path(OPTIONS.source)
        run = subprocess.run([sys.executable, source / "scripts/format_example",
                              OPTIONS.program], check=True, capture_output=True,
                             text=True)
        page = source.joinpath("docs/format.md").read_text()
        self.assertTrue(run.stdout in page,
                        "run scripts/format_example --update")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--source", required=True)
    known, rest = parser.parse_known_args(namespace=OPTIONS)
    OPTIONS.program = str(pathlib.Path(known.program).resolve())
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
