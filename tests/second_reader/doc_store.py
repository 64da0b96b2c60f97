# SPDX-License-Identifier: Apache-2.0
"""The doc store of the second reader: store blocks, LZ4, word codes."""

import struct

GROUP_BYTES = 64
GROUP_BLOCKS = 12


def lz4_block(data, dictionary):
    """A block of the LZ4 format; matches may reach back into `dictionary`."""
    out = bytearray(dictionary)
    at = 0
    while True:
        token, at = data[at], at + 1
        size = token >> 4
        if size == 15:
            while True:
                size += data[at]
                at += 1
                if data[at - 1] != 255:
                    break
        out += data[at : at + size]
        at += size
        if at >= len(data):
            return bytes(out[len(dictionary) :])
        distance = struct.unpack_from("<H", data, at)[0]
        at += 2
        size = token & 15
        if size == 15:
            while True:
                size += data[at]
                at += 1
                if data[at - 1] != 255:
                    break
        for _ in range(size + 4):
            out.append(out[-distance])


class Lexicon:
    def __init__(self, data):
        self.singles, self.doubles, self.triples = data[4], data[5], data[6]
        count = struct.unpack_from("<I", data, 8)[0]
        self.pages = struct.unpack_from(f"<{count}I", data, 16)
        self.slots = data[16 + 4 * count :]

    def entry(self, page, slot):
        """(head byte, bytes) of an entry."""
        width = (self.pages[page] & 63) + 1
        at = (self.pages[page] >> 6) + slot * width
        head = self.slots[at]
        return head, self.slots[at + 1 : at + 1 + (head & 63)]

    def decode(self, data):
        out, at, after_word, case = bytearray(), 0, False, None
        while at < len(data):
            byte, at = data[at], at + 1
            if byte < 2:
                case = byte
                continue
            if byte < 6:
                begins, ends = byte - 2 & 1, byte - 2 >> 1
                size, at = data[at], at + 1
                if size >= 128:
                    size, at = size & 127 | data[at] << 7, at + 1
                text, at = data[at : at + size], at + size
            else:
                code = byte - 6
                if code < self.singles:
                    page, slot = 0, code
                elif code < self.singles + self.doubles:
                    page, slot = 1 + code - self.singles, data[at]
                    at += 1
                else:
                    lead = code - self.singles - self.doubles
                    slot, high = data[at], data[at + 1]
                    page = 1 + self.doubles + 256 * lead + high
                    at += 2
                head, text = self.entry(page, slot)
                begins, ends = head >> 6 & 1, head >> 7
                if case == 0:
                    text = text[:1].upper() + text[1:]
                elif case == 1:
                    text = text.upper()
            case = None
            if begins and after_word:
                out += b" "
            out += text
            after_word = ends
        return bytes(out)


class DocStore:
    def __init__(self, file):
        self.blocks = file.section(11)
        self.index = file.section(12)
        self.sizes = file.section(13)
        lexicon = file.section(14)
        self.lexicon = Lexicon(lexicon) if lexicon else None
        self.dictionary = file.section(15)

    def block(self, address):
        text, stored = struct.unpack_from("<HH", self.blocks, address + 8)
        begin = address + 12
        data = self.blocks[begin : begin + (stored & 0x7FFF)]
        if stored & 0x8000:
            data = lz4_block(data, self.dictionary)
        assert len(data) == text & 0x7FFF
        return self.lexicon.decode(data) if text & 0x8000 else data

    def text_address(self, doc):
        documents, anchors = struct.unpack_from("<QQ", self.sizes,
                                                len(self.sizes) - 16)
        address, packed = struct.unpack_from("<QQ", self.sizes,
                                             anchors + doc // 64 * 16)
        width = packed & 63
        count = min(64, documents - doc // 64 * 64)
        begin = packed >> 6
        value = int.from_bytes(
            self.sizes[begin : begin + (count * width + 7) // 8], "little")
        mask = (1 << width) - 1
        for i in range(doc % 64):
            address += value >> (i * width) & mask
        return address, value >> (doc % 64 * width) & mask

    def size(self, doc):
        return self.text_address(doc)[1]

    def text(self, doc):
        begin, size = self.text_address(doc)
        return self.range(begin, begin + size)

    def range(self, begin, end):
        """The bytes of the text addresses [begin, end)."""
        out = b""
        for group in range(0, len(self.index), GROUP_BYTES):
            address, at = struct.unpack_from("<QQ", self.index, group)
            figures = struct.unpack_from("<24H", self.index, group + 16)
            for distance, size in zip(figures[:12], figures[12:]):
                if size and at < end and at + size > begin:
                    text = self.block(address)
                    assert len(text) == size
                    out += text[max(0, begin - at) : end - at]
                at += size
                address += distance
        return out
