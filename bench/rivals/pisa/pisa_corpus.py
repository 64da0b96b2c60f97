# SPDX-License-Identifier: Apache-2.0
"""Writes a corpus as the lists that PISA compresses ("inverted index" there).

The tokens are those of all engines: maximal runs of letters, marks and numbers,
each code point in its simple lower case, cut after 255 bytes.
"""
import array
import collections
import json
import unicodedata

import numpy

MOST_BYTES = 255


class _Letters(dict):
    """For str.translate: what ends a word becomes a space."""

    def __missing__(self, code):
        char = chr(code)
        if unicodedata.category(char)[0] in "LMN":
            # Where the full mapping has several, the simple one is the first.
            mapped = char.lower()[0]
        else:
            mapped = " "
        self[code] = mapped
        return mapped


_LETTERS = _Letters()


def _cut(word):
    """The word in pieces of at most 255 bytes, as whole code points."""
    pieces, piece, size = [], "", 0
    for char in word:
        bytes_of = len(char.encode())
        if size + bytes_of > MOST_BYTES:
            pieces.append(piece)
            piece, size = "", 0
        piece += char
        size += bytes_of
    return pieces + [piece]


def words_of(text):
    words = text.translate(_LETTERS).split()
    if any(len(w) > MOST_BYTES // 4 for w in words):
        words = [piece for w in words for piece in _cut(w)]
    return words


def _text_of(document):
    return document.get("title", "") + " " + document.get("body", "")


def _write_lists(path, starts, values, head=None):
    """A file of lists, each its length and then its members, as 32 bits."""
    with open(path, "wb") as out:
        for some in head or []:
            numpy.array([len(some)], numpy.uint32).tofile(out)
            numpy.asarray(some, numpy.uint32).tofile(out)
        # One array with room for the lengths, so that it is written at once.
        sizes = numpy.diff(starts)
        every = numpy.empty(len(values) + len(sizes), numpy.uint32)
        at = starts[:-1] + numpy.arange(len(sizes))
        is_size = numpy.zeros(len(every), bool)
        is_size[at] = True
        every[is_size] = sizes
        every[~is_size] = values
        every.tofile(out)


def write(corpus, files):
    """Writes FILES.docs, .freqs and .sizes; returns terms and identifiers."""
    numbers = {}
    terms, documents, frequencies = (array.array("I") for _ in range(3))
    sizes, names = array.array("I"), []
    for line in open(corpus, encoding="utf-8"):
        document = json.loads(line)
        words = words_of(_text_of(document))
        counted = collections.Counter(words)
        for word in counted:
            numbers.setdefault(word, len(numbers))
        terms.extend([numbers[w] for w in counted])
        frequencies.extend(counted.values())
        documents.extend([len(sizes)] * len(counted))
        sizes.append(len(words))
        names.append(document["id"])
    # Terms are numbered in the order of their bytes, as the lexicon wants it.
    by_bytes = sorted(numbers, key=str.encode)
    number = numpy.empty(len(numbers), numpy.uint32)
    number[[numbers[t] for t in by_bytes]] = numpy.arange(len(numbers))
    term_of = number[numpy.frombuffer(terms, numpy.uint32)]
    order = numpy.argsort(term_of, kind="stable")
    starts = numpy.zeros(len(numbers) + 1, numpy.int64)
    numpy.cumsum(numpy.bincount(term_of, minlength=len(numbers)),
                 out=starts[1:])
    _write_lists(files + ".docs", starts,
                 numpy.frombuffer(documents, numpy.uint32)[order],
                 [[len(sizes)]])
    _write_lists(files + ".freqs", starts,
                 numpy.frombuffer(frequencies, numpy.uint32)[order])
    with open(files + ".sizes", "wb") as out:
        array.array("I", [len(sizes)]).tofile(out)
        sizes.tofile(out)
    return by_bytes, names
