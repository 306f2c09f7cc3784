"""Character sets with state: ISO 2022's escape sequences, and HZ's.

A state is a number: bits 0-7 the set in G0, 8-15 in G1, 16-23 in G2 (bytes that end their escape sequences, plus 128
for sets of two bytes), bit 24: shifted out to G1.
"""

_ASCII = ord("B")
_ROMAN = ord("J")
_KANA = ord("I")
_LATIN1 = ord("A")
_GREEK = ord("F")
_JISX0208_O = ord("@") | 128
_JISX0208 = ord("B") | 128
_JISX0212 = ord("D") | 128
_JISX0213_1 = ord("O") | 128
_JISX0213_2004_1 = ord("Q") | 128
_JISX0213_2 = ord("P") | 128
_KSX1001 = ord("C") | 128
_GB2312 = ord("A") | 128

# two-byte sets: the EUC codec that has them in its upper half, and a prefix there
_EUC = {
    _JISX0208_O: ("euc_jp", b""),
    _JISX0208: ("euc_jp", b""),
    _JISX0212: ("euc_jp", b"\x8f"),
    _JISX0213_1: ("euc_jisx0213", b""),
    _JISX0213_2004_1: ("euc_jis_2004", b""),
    _JISX0213_2: ("euc_jis_2004", b"\x8f"),
    _KSX1001: ("euc_kr", b""),
    _GB2312: ("gb2312", b""),
}

# the other rows of the same EUC codec are JIS X 0212's
_PLANE_2_ROWS = frozenset([0x21, 0x23, 0x24, 0x25, 0x28, 0x2C, 0x2D, 0x2E, 0x2F, *range(0x6E, 0x7F)])


def _decode_one(charset, data):
    """A character of a set; None when there is none."""
    try:
        if charset == _ASCII:
            return data.decode("ascii")
        if charset == _ROMAN:
            return {0x5C: "\xa5", 0x7E: "\u203e"}.get(data[0]) or data.decode("ascii")
        if charset == _KANA:
            return chr(data[0] + 0xFF40) if 0x21 <= data[0] <= 0x5F else None
        if charset == _LATIN1:
            return chr(data[0] | 0x80)
        if charset == _GREEK:
            return bytes([data[0] | 0x80]).decode("iso8859-7")
        if charset == _KSX1001 and data == b"$T":
            return "\u3164"
        if charset == _JISX0213_2 and data[0] not in _PLANE_2_ROWS:
            return None
        codec, prefix = _EUC[charset]
        return (prefix + bytes([data[0] | 0x80, data[1] | 0x80])).decode(codec)
    except UnicodeDecodeError:
        return None


def _encode_one(charset, char):
    """The bytes of a character in a set, without their high bits; None when it is not in the set."""
    code = ord(char[0])
    try:
        if charset == _ASCII:
            return char.encode("ascii")
        if charset == _ROMAN:
            if code in (0x5C, 0x7E):
                return None
            return {0xA5: b"\\", 0x203E: b"~"}.get(code) or char.encode("ascii")
        if charset == _KANA:
            return bytes([code - 0xFF40]) if 0xFF61 <= code <= 0xFF9F else None
        codec, prefix = _EUC[charset]
        data = char.encode(codec)
    except UnicodeEncodeError:
        return None
    if charset in (_JISX0208, _JISX0208_O) and data[0] == 0x8E:
        return None
    if len(data) != 2 + len(prefix) or not data.startswith(prefix) or data[len(prefix)] < 0xA1:
        return None
    if code == 0xFF5E and charset in (_JISX0213_1, _JISX0213_2004_1):
        return None
    if charset == _JISX0213_2 and data[-2] & 0x7F not in _PLANE_2_ROWS:
        return None
    return bytes([data[-2] & 0x7F, data[-1] & 0x7F])


def _escape(charset, g=0):
    final = bytes([charset & 0x7F])
    if charset < 128:
        return b"\x1b" + (b"(", b")", b".")[g] + final
    if g == 0 and charset in (_JISX0208_O, _JISX0208):
        return b"\x1b$" + final
    return b"\x1b$" + (b"(", b")")[g] + final


class _Iso2022:
    """Escape sequences choose among `sets`; a newline ends a shift."""

    def __init__(self, name, sets, g1=None, g2=()):
        self.name = name
        self.sets = sets
        self.g1 = g1
        self.g2 = g2
        self.escapes = {_escape(s): (0, s) for s in sets}
        for s in sets:
            if s >= 128:
                self.escapes[b"\x1b$(" + bytes([s & 0x7F])] = (0, s)
            if s == _GB2312:
                self.escapes[b"\x1b$A"] = (0, s)
        if g1 is not None:
            self.escapes[_escape(g1, 1)] = (1, g1)
        for s in g2:
            self.escapes[_escape(s, 2)] = (2, s)

    def decode_some(self, data, start, state):
        out = []
        at = start
        state = state or _ASCII
        while at < len(data):
            byte = data[at]
            if byte == 0x1B and at + 1 >= len(data):
                return "".join(out), at, 2, 1, state
            if byte == 0x1B and (data[at + 1] in b"()$.&" or self.g2 and data[at + 1] == 0x4E):
                step, state = self._escaped(data, at, state, out)
                if step <= 0:
                    return "".join(out), at, 2 if step == 0 else 1, -step or 1, state
                at += step
                continue
            if byte in (0x0E, 0x0F) and self.g1 is not None:
                state = state | 1 << 24 if byte == 0x0E else state & ~(1 << 24)
                at += 1
                continue
            if byte == 0x0A:
                state &= ~(1 << 24)
                out.append("\n")
                at += 1
                continue
            if byte < 0x20:
                out.append(chr(byte))
                at += 1
                continue
            if byte >= 0x80:
                return "".join(out), at, 1, 1, state
            charset = (state >> 8) & 255 or _ASCII if state >> 24 & 1 else state & 255
            width = 2 if charset >= 128 else 1
            if at + width > len(data):
                return "".join(out), at, 2, 1, state
            char = _decode_one(charset, data[at:at + width])
            if char is None:
                return "".join(out), at, 1, width, state
            out.append(char)
            at += width
        return "".join(out), at, 0, 1, state

    def _escaped(self, data, at, state, out):
        """An escape sequence: how long it is (0 it is not all there, below 0 how much of it is wrong), and the state after it."""
        if self.g2 and data[at + 1:at + 2] == b"N":
            if at + 2 >= len(data):
                return 0, state
            char = _decode_one((state >> 16) & 255, data[at + 2:at + 3]) if (state >> 16) & 255 else None
            if char is None:
                return -3, state
            out.append(char)
            return 3, state
        for size in (3, 4):
            found = self.escapes.get(data[at:at + size])
            if found is not None and len(data[at:at + size]) == size:
                g, charset = found
                shift = 8 * g
                return size, state & ~(255 << shift) | charset << shift
        for end in range(at + 1, min(at + 16, len(data))):
            if 0x41 <= data[end] <= 0x5A or data[end] == 0x40:
                return at - end - 1, state
        return (0 if len(data) < at + 16 else -1), state

    def encode_some(self, text, start, state, final):
        out = []
        at = start
        state = state or _ASCII
        while at < len(text):
            char = text[at]
            pair = None
            if text[at + 1:at + 2] in ("\u309a", "\u0300", "\u0301", "\u02e5", "\u02e9") and text[at + 1:at + 2]:
                pair = text[at:at + 2]
            elif at + 1 == len(text) and not final and self._may_combine(char):
                return b"".join(out), at, 2, state
            if pair is not None:
                state, data = self._encode_char(pair, state)
                if data is not None:
                    out.append(data)
                    at += 2
                    continue
            state, data = self._encode_char(char, state)
            if data is None:
                return b"".join(out), at, 1, state
            out.append(data)
            at += 1
        return b"".join(out), at, 0, state

    def _may_combine(self, char):
        if _JISX0213_2004_1 not in self.sets and _JISX0213_1 not in self.sets:
            return False
        return any(_encode_one(_JISX0213_2004_1, char + mark) for mark in ("\u309a", "\u0300", "\u0301", "\u02e5", "\u02e9"))

    def _encode_char(self, char, state):
        code = ord(char[0])
        if code < 0x80 and len(char) == 1:
            out = b""
            if state >> 24 & 1:
                out += b"\x0f"
                state &= ~(1 << 24)
            if state & 255 != _ASCII:
                out += _escape(_ASCII)
                state = state & ~255 | _ASCII
            return state, out + bytes([code])
        for charset in (*self.sets, *((self.g1,) if self.g1 is not None else ())):
            if charset == _ASCII:
                continue
            data = _encode_one(charset, char)
            if data is None:
                continue
            out = b""
            if charset == self.g1:
                if (state >> 8) & 255 != charset:
                    out += _escape(charset, 1)
                    state = state & ~(255 << 8) | charset << 8
                if not state >> 24 & 1:
                    out += b"\x0e"
                    state |= 1 << 24
            elif state & 255 != charset:
                out += _escape(charset)
                state = state & ~255 | charset
            return state, out + data
        return state, None

    def encode_reset(self, state):
        out = b""
        if state >> 24 & 1:
            out += b"\x0f"
        if state & 255 not in (0, _ASCII):
            out += _escape(_ASCII)
        return out, 0


class _Hz:
    """GB 2312 between ~{ and ~}."""

    def __init__(self, name):
        self.name = name

    def decode_some(self, data, start, state):
        out = []
        at = start
        while at < len(data):
            byte = data[at]
            if byte == 0x7E:
                if at + 1 >= len(data):
                    return "".join(out), at, 2, 1, state
                after = data[at + 1]
                if after == 0x7E and not state:
                    out.append("~")
                elif after == 0x7B and not state:
                    state = 1
                elif after == 0x7D and state:
                    state = 0
                elif after != 0x0A:
                    return "".join(out), at, 1, 1, state
                at += 2
                continue
            if byte & 0x80:
                return "".join(out), at, 1, 1, state
            if not state:
                out.append(chr(byte))
                at += 1
                continue
            if at + 1 >= len(data):
                return "".join(out), at, 2, 1, state
            char = _decode_one(_GB2312, data[at:at + 2])
            if char is None:
                return "".join(out), at, 1, 1, state
            out.append(char)
            at += 2
        return "".join(out), at, 0, 1, state

    def encode_some(self, text, start, state, final):
        out = []
        for at in range(start, len(text)):
            char = text[at]
            if char < "\x80":
                if state:
                    out.append(b"~}")
                    state = 0
                out.append(b"~~" if char == "~" else char.encode())
                continue
            data = _encode_one(_GB2312, char)
            if data is None:
                return b"".join(out), at, 1, state
            if not state:
                out.append(b"~{")
                state = 1
            out.append(data)
        return b"".join(out), len(text), 0, state

    def encode_reset(self, state):
        return (b"~}" if state else b""), 0


CHARSETS = {
    "hz": _Hz,
    "iso2022_kr": lambda name: _Iso2022(name, (_ASCII,), g1=_KSX1001),
    "iso2022_jp": lambda name: _Iso2022(name, (_ASCII, _JISX0208, _ROMAN, _JISX0208_O)),
    "iso2022_jp_1": lambda name: _Iso2022(name, (_ASCII, _JISX0208, _JISX0212, _ROMAN, _JISX0208_O)),
    "iso2022_jp_2": lambda name: _Iso2022(
        name, (_ASCII, _JISX0208, _JISX0212, _KSX1001, _GB2312, _ROMAN, _JISX0208_O), g2=(_LATIN1, _GREEK)),
    "iso2022_jp_2004": lambda name: _Iso2022(name, (_ASCII, _JISX0208, _JISX0213_2004_1, _JISX0213_2)),
    "iso2022_jp_3": lambda name: _Iso2022(name, (_ASCII, _JISX0208, _JISX0213_1, _JISX0213_2)),
    "iso2022_jp_ext": lambda name: _Iso2022(name, (_ASCII, _JISX0208, _JISX0212, _ROMAN, _KANA, _JISX0208_O)),
}
