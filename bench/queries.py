# SPDX-License-Identifier: Apache-2.0
"""Queries for a corpus: read from a file, or made from the corpus's words."""
import collections
import json
import random
import re

WORD = re.compile(r"[^\W_]+")
# What every driver answers: a word, all of several, any of several, a phrase.
SIMPLE = re.compile(
    r'\+[^\s"+-]+( \+[^\s"+-]+)+|[^\s"+\-()]+( [^\s"+\-()]+)*|"[^"]+"')
COMMANDS = ("COUNT", "TOP_10", "TOP_10_COUNT")
# Least share of the documents that a word of the class is in.
CLASSES = (("high", 0.05), ("medium", 0.002), ("low", 0.00005))
SAMPLE_BYTES = 64 << 20


def read(path):
    """The queries of a file of lines or JSON lines; each word of them besides.

    Queries of other forms are left out.
    """
    found = []
    for line in open(path, encoding="utf-8"):
        line = line.strip()
        query = json.loads(line)["query"] if line.startswith("{") else line
        if SIMPLE.fullmatch(query):
            found.append(query)
    words = dict.fromkeys(w for q in found for w in re.findall(r"\w+", q))
    return list(dict.fromkeys(list(words)[:300] + found))


def texts(path):
    """Word lists of the documents at the start of a corpus."""
    size = 0
    for line in open(path, encoding="utf-8"):
        document = json.loads(line)
        size += len(line)
        if size > SAMPLE_BYTES:
            return
        text = document.get("title", "") + " " + document.get("body", "")
        yield WORD.findall(text.lower())


def make(path, per_class=12, seed=1):
    """Terms, AND, OR and phrases of each class of frequencies."""
    chance = random.Random(seed)
    frequency = collections.Counter()
    documents = []
    for words in texts(path):
        frequency.update(set(words))
        documents.append(words)
    ranks = [(w, n / len(documents)) for w, n in sorted(
        frequency.items(), key=lambda item: (-item[1], item[0]))]
    classes = []
    above = 1.1
    for name, least in CLASSES:
        members = [w for w, share in ranks if least <= share < above]
        if members:
            classes.append((name, members))
        above = least
    queries = []
    for at, (_, words) in enumerate(classes):
        queries += [chance.choice(words) for _ in range(per_class)]
        for _, others in classes[at:]:
            for size in (2, 3):
                for _ in range(per_class // 2):
                    some = [chance.choice(words)] + [
                        chance.choice(others) for _ in range(size - 1)]
                    queries += [" ".join("+" + w for w in some),
                                " ".join(some)]
    queries += phrases(documents, per_class * 6, chance)
    return list(dict.fromkeys(queries))


def phrases(documents, count, chance):
    """Two or three different words that stand in a row somewhere.

    Where a phrase repeats a word ("za za"), Xapian 1.4 finds fewer documents
    than the others, so such phrases cannot be compared.
    """
    made = []
    long_enough = [d for d in documents if len(d) > 8]
    while long_enough and len(made) < count:
        words = chance.choice(long_enough)
        size = 2 + len(made) % 2
        at = chance.randrange(len(words) - size)
        some = words[at:at + size]
        if len(set(some)) == size:
            made.append('"' + " ".join(some) + '"')
    return made
