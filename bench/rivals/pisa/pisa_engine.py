# SPDX-License-Identifier: Apache-2.0
"""PISA as the Python package pyterrier_pisa has it compiled.

Only that package's extension module is loaded, not PyTerrier, which would start
a Java machine.
"""
import contextlib
import ctypes
import glob
import importlib.metadata
import importlib.util
import os
import sys
import time

import numpy

import pisa_corpus

PACKAGE = "pyterrier_pisa"
# What was fastest of its encodings, sizes of blocks and algorithms
# (bench/records, the record of PISA): scores stored as eight bits.
ENCODING = "block_simdbp"
BLOCK = 40
ALGORITHMS = {"or": "maxscore", "and": "block_max_ranked_and",
              "term": "block_max_ranked_and"}
# Those that score every match, so that they can be counted.
EVERY = {"or": "ranked_or", "and": "ranked_and", "term": "ranked_and"}


def _extension_path():
    # Finds a package without running it.
    found = importlib.util.find_spec(PACKAGE)
    folders = found.submodule_search_locations if found else []
    paths = [p for f in folders for p in glob.glob(f"{f}/_pisathon*.so")]
    if not paths:
        raise ImportError(f"there is no {PACKAGE}")
    return paths[0]


def _load():
    # The package `tbb` puts it where the loader does not look.
    for path in glob.glob(os.path.join(sys.prefix, "lib", "libtbb.so.2")):
        ctypes.CDLL(path)
    spec = importlib.util.spec_from_file_location("_pisathon",
                                                  _extension_path())
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_pisa = _load()


def version():
    return f"{PACKAGE} {importlib.metadata.version(PACKAGE)}"


@contextlib.contextmanager
def _output_to(path):
    """What the library prints, which is a line per percent of progress."""
    kept = os.dup(1), os.dup(2)
    with open(path, "ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        for number, old in zip((1, 2), kept):
            os.dup2(old, number)
            os.close(old)


# ------------------------------------------------------------------- building

class _String(ctypes.Structure):
    """std::string of libstdc++, to be read only."""
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_size_t),
                ("room", ctypes.c_char * 16)]

    def __init__(self, text):
        super().__init__(text.encode(), len(text.encode()))


class _MaybeString(ctypes.Structure):
    _fields_ = [("value", _String), ("is_there", ctypes.c_bool)]

    def __init__(self, text):
        super().__init__(_String(text), True)


class _MaybeSize(ctypes.Structure):
    _fields_ = [("value", ctypes.c_size_t), ("is_there", ctypes.c_bool)]


class _BisectionOptions(ctypes.Structure):
    """pisa::RecursiveGraphBisectionOptions."""
    _fields_ = [("input_basename", _String),
                ("output_basename", _MaybeString),
                ("output_forward", _MaybeString),
                ("input_forward", _MaybeString),
                ("documents", _MaybeString),
                ("reordered_documents", _MaybeString),
                ("depth", _MaybeSize), ("nodes", _MaybeString),
                ("min_length", ctypes.c_size_t),
                ("compress_forward", ctypes.c_bool),
                ("print_arguments", ctypes.c_bool)]


def _reorder(folder, old, new):
    """Numbers documents so that alike ones are near each other.

    The module does this, but has no Python function for it.
    """
    options = _BisectionOptions()
    options.input_basename = _String(f"{folder}/{old}")
    options.output_basename = _MaybeString(f"{folder}/{new}")
    options.documents = _MaybeString(f"{folder}/{old}.doclex")
    options.reordered_documents = _MaybeString(f"{folder}/fwd.doclex")
    bisect = getattr(ctypes.CDLL(_extension_path()),
                     "_ZN4pisa25recursive_graph_bisectionERK"
                     "NS_30RecursiveGraphBisectionOptionsE")
    if bisect(ctypes.byref(options)) != 0:
        raise RuntimeError("the documents could not be reordered")


def build(corpus, folder):
    terms, names = pisa_corpus.write(corpus, os.path.join(folder, "given"))
    for lines, lexicon in ((terms, "fwd.termlex"), (names, "given.doclex")):
        path = os.path.join(folder, "lines")
        with open(path, "w", encoding="utf-8") as out:
            out.writelines(line + "\n" for line in lines)
        _pisa.build_binlex(path, os.path.join(folder, lexicon))
        os.remove(path)


def optimize(folder):
    log = os.path.join(folder, "log")
    with _output_to(log):
        _reorder(folder, "given", "inv")
        prepare(folder)
    for pattern in ("given.*", "inv.*", "log"):
        for path in glob.glob(os.path.join(folder, pattern)):
            os.remove(path)


def prepare(folder):
    """Opens; compresses first where that was not done."""
    context = _pisa.RetrievalContext()
    _pisa.prepare_index(context, index_dir=folder, encoding=ENCODING,
                        scorer_name="bm25", stemmer="", block_size=BLOCK,
                        quantize=1, bm25_k1=1.2, bm25_b=0.75)
    return context


# ------------------------------------------------------------------- searching

class _Asked:
    """Queries as the library takes them, and the time that each took.

    It asks for a query, looks its words up, searches, makes strings of the
    names of the hits, and asks for the next: the time between is one query's.
    """

    def __init__(self, queries):
        self.queries = queries
        self.micros = []

    def __len__(self):
        return len(self.queries)

    def __iter__(self):
        now, add = time.perf_counter_ns, self.micros.append
        for number, words in enumerate(self.queries):
            asked = (number, words)
            start = now()
            yield asked
            add((now() - start) / 1000)


class Index:
    def __init__(self, folder):
        with _output_to(os.devnull):
            self.context = prepare(folder)
        self.documents = _lexicon_size(os.path.join(folder, "fwd.doclex"))
        self.terms = _lexicon(os.path.join(folder, "fwd.termlex"))

    def words(self, kind, words):
        """As the library takes them; it leaves unknown words out, which may
        not be done where all are wanted."""
        unknown = [w for w in words if w.encode() not in self.terms]
        return dict.fromkeys(unknown if unknown and kind == "and" else words,
                             1.0)

    def run(self, algorithm, queries, most):
        """Microseconds of each, and the hits: query, name, score."""
        room = max(1, most * len(queries))
        asked = _Asked(queries)
        of, ranks = (numpy.zeros(room, numpy.int32) for _ in range(2))
        names = numpy.empty(room, object)
        scores = numpy.zeros(room, numpy.float32)
        found = _pisa.retrieve(self.context, algorithm, asked, most, 1, 1, 0,
                               of, names, ranks, scores)
        return asked.micros, of[:found], names[:found], scores[:found]


def _lexicon_size(path):
    """A lexicon is how many, where each ends, and the strings."""
    return int(numpy.fromfile(path, numpy.uint64, 1)[0])


def _lexicon(path):
    with open(path, "rb") as file:
        bytes_of = file.read()
    size = int.from_bytes(bytes_of[:8], "little")
    starts = numpy.frombuffer(bytes_of, numpy.uint64, size + 1, 8).tolist()
    strings = bytes_of[8 * (size + 2):]
    return {strings[a:b] for a, b in zip(starts, starts[1:])}
