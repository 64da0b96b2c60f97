#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second reader of the file format, written from docs/format.md alone.

    reader.py FILE              terms with their numbers, as `kwic terms` does
    reader.py FILE TERM            documents of a term, with positions
    reader.py FILE --text ID       the stored text of a document

It checks no hash, needs nothing but Python, and is as plain as it can be: it is
here to show that the page says enough.
"""

import bisect
import struct
import sys

sys.dont_write_bytecode = True

# --- bits and integers --------------------------------------------------------


def u16(data, at):
    return struct.unpack_from("<H", data, at)[0]


def u32(data, at):
    return struct.unpack_from("<I", data, at)[0]


def u64(data, at):
    return struct.unpack_from("<Q", data, at)[0]


class Bits:
    """Fields one after the other, the low bit of a byte first."""

    def __init__(self, data, byte, bit=0):
        self.data, self.at = data, byte * 8 + bit

    def get(self, width):
        first, last = self.at // 8, (self.at + width + 7) // 8
        value = int.from_bytes(self.data[first:last], "little")
        value = value >> (self.at % 8) & ((1 << width) - 1)
        self.at += width
        return value

    def zeros(self):
        """The number of zeros before the next one, which is passed too."""
        n = 0
        while self.get(1) == 0:
            n += 1
        return n

    def exp_golomb(self, order):
        width = self.zeros() + order
        return (1 << width) + self.get(width) - (1 << order)

    def align(self):
        self.at = (self.at + 7) // 8 * 8

    @property
    def byte(self):
        return self.at // 8


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def bits_below(bound):
    """Bits that hold every value below `bound`."""
    return max(0, bound - 1).bit_length()


def unfold(value):
    return -(value >> 1) - 1 if value & 1 else value >> 1


# --- container ----------------------------------------------------------------


class Container:
    FIELDS = ("format_major format_minor analyzer_kind analyzer_version "
              "features_compatible features_incompatible root_size file_size "
              "documents terms tokens postings text_bytes part_size "
              "bm25_k1 bm25_b").split()

    def __init__(self, data):
        if data[4:8] != b"KWIC":
            raise ValueError("not a kwic file")
        self.data = data
        header = struct.unpack_from("<4H10Q2f", data, 24)
        self.header = dict(zip(self.FIELDS, header))
        if (self.header["format_major"], self.header["format_minor"]) != (0, 4):
            raise ValueError("another version of the format")
        self.sections, self.elements = {}, {}
        for i in range(u32(data, 124)):
            entry = struct.unpack_from("<HBBIQQQQQ", data, 128 + 48 * i)
            kind, element, _, _, offset, _, payload = entry[:7]
            part = data[offset + 64 : offset + 64 + payload]
            self.sections[kind] = self.sections.get(kind, b"") + part
            self.elements[kind] = element

    def section(self, kind):
        return self.sections.get(kind, b"")

    def integers(self, kind):
        code = {1: "B", 2: "H", 4: "I", 8: "Q"}[self.elements.get(kind, 1)]
        data = self.section(kind)
        count = len(data) // struct.calcsize(code)
        return struct.unpack(f"<{count}{code}", data)


# --- term dictionary ----------------------------------------------------------

TERMS_PER_BLOCK = 16
BLOCKS_PER_GROUP = 12
HEAD_FANOUT = 64


class TermInfo:
    """Numbers of a term: documents (df), occurrences (cf), places."""

    def __init__(self):
        self.df = self.cf = 1
        self.doc = self.position = None
        self.postings = self.positions = None


def read_strings(data, head, at, count):
    """The terms of the block at `at`, and where its figures begin."""
    controls = data[at : at + 16]
    initials = data[at + 15 : at + 31]  # the first is not one
    at += 31
    size = controls[0]
    term = head.to_bytes(8, "big")[:size]
    if size > 8:
        term += data[at : at + size - 8]
        at += size - 8
    terms = [term]
    for control, initial in list(zip(controls, initials))[1:count]:
        shared, more = control >> 4, control & 15
        if shared == 15:
            shared = data[at]
            at += 1
        if more == 15:
            more = data[at]
            at += 1
        term = term[:shared] + bytes([initial]) + data[at : at + more]
        at += more
        terms.append(term)
    return terms, at


def read_figures(data, at, count):
    widths, position_width, single, once, sizes = struct.unpack_from(
        "<BBHHB", data, at)
    at += 7
    n, m = sizes & 15, sizes >> 4
    postings = int.from_bytes(data[at : at + n], "little")
    positions = int.from_bytes(data[at + n : at + n + m], "little")
    bits = Bits(data, at + n + m)
    infos = [TermInfo() for _ in range(count)]
    for i, info in enumerate(infos):
        if single >> i & 1:
            info.doc = bits.get(widths & 63)
    for i, info in enumerate(infos):
        if once >> i & 1:
            info.position = bits.get(position_width)
    for i, info in enumerate(infos):
        if not single >> i & 1:
            info.df = bits.exp_golomb(0) + 2
    for i, info in enumerate(infos):
        if once >> i & 1:
            continue
        if single >> i & 1:
            info.cf = bits.exp_golomb(0) + 2
        else:
            log = info.df.bit_length()
            info.cf = info.df + bits.exp_golomb(max(0, log - 3))
            if widths & 64:
                postings += bits.exp_golomb(0)
            info.postings = postings
            order = min(max(log - 2, 1), 55)
            usual = info.df + info.df // 2 + 8
            postings += usual + unfold(bits.exp_golomb(order))
        if widths & 128:
            positions += bits.exp_golomb(0)
        info.positions = positions
        order = min(max(info.cf.bit_length() - 3, 0), 55)
        positions += info.cf + info.cf // 2 + unfold(bits.exp_golomb(order))
    return infos


def block_address(groups, block):
    at = block // BLOCKS_PER_GROUP * 32
    first = u64(groups, at)
    i = block % BLOCKS_PER_GROUP
    return first + (u16(groups, at + 6 + 2 * i) if i else 0)


def head_levels(heads, blocks):
    """The levels of section 1, the lowest first."""
    levels, end = [heads[:blocks]], blocks
    while len(levels[-1]) > HEAD_FANOUT:
        first = (end + 7) // 8 * 8
        end = first + (len(levels[-1]) + HEAD_FANOUT - 1) // HEAD_FANOUT
        levels.append(heads[first:end])
    return levels


class Dictionary:
    def __init__(self, file):
        blocks = (file.header["terms"] + TERMS_PER_BLOCK - 1) // TERMS_PER_BLOCK
        self.levels = head_levels(file.integers(1), blocks)
        self.heads = self.levels[0]
        self.groups, self.blocks = file.section(2), file.section(3)
        self.count = file.header["terms"]

    def block(self, number):
        """[(term, TermInfo)] of one block."""
        at = block_address(self.groups, number)
        count = min(TERMS_PER_BLOCK, self.count - number * TERMS_PER_BLOCK)
        terms, at = read_strings(self.blocks, self.heads[number], at, count)
        return list(zip(terms, read_figures(self.blocks, at, count)))

    def __iter__(self):
        for number in range(len(self.heads)):
            yield from self.block(number)

    def find(self, term):
        """Down the levels of heads, then the block's terms."""
        head = int.from_bytes(term[:8].ljust(8, b"\0"), "big")
        number = 0
        for level in reversed(self.levels):
            first = number * HEAD_FANOUT
            group = level[first : first + HEAD_FANOUT]
            number = first + max(0, bisect.bisect_right(group, head) - 1)
        # Blocks may have equal heads, so start before them.
        while number > 0 and self.heads[number] >= head:
            number -= 1
        while number < len(self.heads) and self.heads[number] <= head:
            for other, info in self.block(number):
                if other == term:
                    return info
            number += 1
        return None


# --- posting lists ------------------------------------------------------------

BLOCK_POSTINGS = 256
SAMPLED_OCCURRENCES = 256
WINDOW_DOCS = 4096


def elias_fano(data, at, n, base, u):
    """n values from `base` on, below base + u, and where they end."""
    if n == 0:
        return [], at
    if u <= 4 * n:
        word = int.from_bytes(data[at : at + (u + 7) // 8], "little")
        return [base + i for i in range(u) if word >> i & 1], at + (u + 7) // 8
    low = (u // n).bit_length() - 1
    lows = Bits(data, at)
    highs_at = at + (n * low + 7) // 8
    highs = Bits(data, highs_at)
    values, high = [], 0
    for _ in range(n):
        high += highs.zeros()
        values.append(base + (high << low | lows.get(low)))
    return values, highs_at + (n + ((u - 1) >> low) + 7) // 8


def frequencies(data, at, n):
    low = data[at]
    if low == 255:
        return [1] * n
    lows = Bits(data, at + 3)
    unary = Bits(data, at + 3 + (n * low + 7) // 8)
    return [(unary.zeros() << low | lows.get(low)) + 1 for _ in range(n)]


class Reader:
    def __init__(self, data):
        self.file = Container(data)
        self.documents = self.file.header["documents"]
        self.dictionary = Dictionary(self.file)
        self.lengths = self.file.integers(6)
        self.postings = self.file.section(4)
        self.positions = self.file.section(5)

    def blocks(self, info):
        """[(documents, frequencies, address of their positions)]."""
        if info.df == 1:
            return [([info.doc], [info.cf], info.positions)]
        if info.df <= BLOCK_POSTINGS:
            return [self.short_list(info)]
        if info.df >= self.documents // 16:
            return self.dense_list(info)
        return self.block_list(info)

    def tfs(self, info, at, n):
        if info.cf == info.df:
            return [1] * n
        return frequencies(self.postings, at, n)

    def short_list(self, info):
        size = (bits_below(self.documents) + 7) // 8
        at = info.postings + size
        last = int.from_bytes(self.postings[info.postings : at], "little")
        docs, at = elias_fano(self.postings, at, info.df - 1, 0, last)
        return docs + [last], self.tfs(info, at, info.df), info.positions

    def block_sizes(self, info):
        full, rest = divmod(info.df, BLOCK_POSTINGS)
        return [BLOCK_POSTINGS] * full + ([rest] if rest else [])

    def block_list(self, info):
        sizes, at = self.block_sizes(info), info.postings + 36
        n = len(sizes)
        directory = struct.unpack_from(f"<{3 * n}I", self.postings, at)
        lasts, bodies = directory[:n], directory[n : 2 * n]
        blocks, base = [], 0
        for size, last, body, positions in zip(
                sizes, lasts, bodies, directory[2 * n :]):
            at = info.postings + body + (size + 1) // 2
            docs, at = elias_fano(
                self.postings, at, size - 1, base, last - base)
            blocks.append((docs + [last], self.tfs(info, at, size),
                           info.positions + 4 * positions))
            base = last + 1
        return blocks

    def dense_list(self, info):
        sizes, at = self.block_sizes(info), info.postings + 36
        n = len(sizes)
        windows = -(-self.documents // WINDOW_DOCS)
        bitset = info.postings - u64(self.postings, at)
        directory = struct.unpack_from(f"<{2 * n}I", self.postings, at + 8)
        word = int.from_bytes(
            self.postings[bitset : bitset + windows * WINDOW_DOCS // 8],
            "little")
        docs = [doc for doc in range(self.documents) if word >> doc & 1]
        blocks = []
        for i, size in enumerate(sizes):
            first = i * BLOCK_POSTINGS
            blocks.append((docs[first : first + size],
                           self.tfs(info, info.postings + directory[i], size),
                           info.positions + 4 * directory[n + i]))
        return blocks

    def block_positions(self, info, tfs, address):
        """The positions of each document of a block, and the codes of all."""
        head = self.positions[address]
        low = head & 31
        width = 4 if head & 128 else 2
        address += 1
        count = info.cf

        def number():
            nonlocal address
            raw = self.positions[address : address + width]
            address += width
            return int.from_bytes(raw, "little")

        several_blocks = info.df > BLOCK_POSTINGS
        if several_blocks:
            count = number()
        codes = [0] * count
        if head & 32:
            coded = number() if several_blocks else None
            mask = Bits(self.positions, address)
            where = [i for i in range(count) if mask.get(1)]
            assert coded in (None, len(where))
            address += (count + 7) // 8
            nibbles = Bits(self.positions, address)
            for i in where:
                codes[i] = nibbles.get(4)
            address += (len(where) + 1) // 2
        address += width * ((count - 1) // SAMPLED_OCCURRENCES)
        lows = Bits(self.positions, address)
        unary = Bits(self.positions, address + (count * low + 7) // 8)
        result = []
        for tf in tfs:
            positions, least = [], 0
            for _ in range(tf):
                least += unary.zeros() << low | lows.get(low)
                positions.append(least)
                least += 1
            result.append(positions)
        return result, codes

    def list(self, info):
        """[(document, [position])] of a term."""
        if info.cf == 1:
            return [(info.doc, [info.position])]
        result = []
        for docs, tfs, address in self.blocks(info):
            result += zip(docs, self.block_positions(info, tfs, address)[0])
        return result

    def predecessor_codes(self, info):
        """The code of each occurrence of a term, in order."""
        if info.cf == 1:
            return [0]
        result = []
        for _, tfs, address in self.blocks(info):
            result += self.block_positions(info, tfs, address)[1]
        return result

    def frequent_words(self):
        """(whether a code can stand for several, the words of codes 1, 2...)"""
        data, words = self.file.section(16), []
        at = 1
        while at < len(data):
            words.append(data[at + 1 : at + 1 + data[at]])
            at += 1 + data[at]
        return len(data) > 0 and data[0] == 1, words

    # --- documents ------------------------------------------------------------

    def document_table(self):
        """[(id, title, bytes of the body)]."""
        data, starts = self.file.section(7), self.file.integers(8)
        table = []
        for number, at in enumerate(starts):
            count = min(32, self.documents - 32 * number)
            table += read_documents(data, at, count)
        if self.file.header["features_compatible"] & 1:  # the texts are kept
            store = self.store()
            table = [(name, title, store.size(doc))
                     for doc, (name, title, _) in enumerate(table)]
        return table

    def store(self):
        from doc_store import DocStore
        return DocStore(self.file)


def front_coded(data, at, before):
    """The text that follows `before`, and where its bytes end."""
    drop, add = data[at] >> 4, data[at] & 15
    at += 1
    if drop == 15:
        more, at = varint(data, at)
        drop += more
    if add == 15:
        more, at = varint(data, at)
        add += more
    return before[: len(before) - drop] + data[at : at + add], at + add


def read_documents(data, at, count):
    size, at = varint(data, at)
    figures = at + size
    length, at = varint(data, at)
    ids = [data[at : at + length]]
    at += length
    for _ in range(count - 1):
        name, at = front_coded(data, at, ids[-1])
        ids.append(name)
    assert at == figures, "the ids end where the page says"
    width, at = data[at], at + 1
    other = int.from_bytes(data[at : at + (count + 7) // 8], "little")
    at += (count + 7) // 8
    bits = Bits(data, at)
    sizes = [bits.get(width) for _ in range(count)]
    at += (count * width + 7) // 8
    titles, title = [], b""
    for i in range(count):
        if other >> i & 1:
            title, at = front_coded(data, at, title)
        titles.append(title)
    return list(zip(ids, titles, sizes))


def main():
    with open(sys.argv[1], "rb") as file:
        reader = Reader(file.read())
    out = sys.stdout.buffer
    if len(sys.argv) == 2:
        for term, info in reader.dictionary:
            out.write(b"%d\t%d\t%s\n" % (info.df, info.cf, term))
        return
    table = reader.document_table()
    if sys.argv[2] == "--text":
        ids = [row[0] for row in table]
        doc = ids.index(sys.argv[3].encode())
        out.write(reader.store().text(doc))
        return
    info = reader.dictionary.find(sys.argv[2].encode())
    for doc, positions in reader.list(info) if info else []:
        out.write(table[doc][0] + b"\t" + str(positions).encode() + b"\n")


if __name__ == "__main__":
    main()
