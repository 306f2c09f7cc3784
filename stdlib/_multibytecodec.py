"""Codecs for character sets of several bytes: whole strings, pieces, and streams.

The character sets are native (_moult_multibyte); what to do with errors, and what waits between two pieces, is here.
"""

import codecs
import _moult_multibyte

_ILLEGAL = "illegal multibyte sequence"
_INCOMPLETE = "incomplete multibyte sequence"
_MAXENCPENDING = 2
_MAXDECPENDING = 8


def _handle(exc, errors, kind):
    """Ask the error handler: (replacement, where to go on)."""
    result = codecs.lookup_error(errors)(exc)
    if not (isinstance(result, tuple) and len(result) == 2 and isinstance(result[0], kind) and isinstance(result[1], int)):
        wanted = "(str, int)" if kind is str else "(str or bytes, int)"
        raise TypeError(("decoding" if kind is str else "encoding") + " error handler must return " + wanted + " tuple")
    text, position = result
    if position < 0:
        position += len(exc.object)
    if not 0 <= position <= len(exc.object):
        raise IndexError("position %d from error handler out of bounds" % position)
    return text, position


class _Charset:
    """A character set without state."""

    initial = 0

    def __init__(self, name):
        self.name = name

    def decode_some(self, data, start, state):
        text, at, status = _moult_multibyte.decode(self.name, data, start)
        return text, at, status, 1, state

    def encode_some(self, text, start, state, final):
        data, at, status = _moult_multibyte.encode(self.name, text, start, final)
        return data, at, status, state

    def encode_reset(self, state):
        return b"", 0


class MultibyteCodec:
    """A codec of whole strings."""

    def __init__(self, charset):
        self._charset = charset

    def decode(self, input, errors=None):
        data = bytes(memoryview(input))
        text, _, _ = _decode(self._charset, data, errors or "strict", 0, True)
        return text, len(data)

    def encode(self, input, errors=None):
        if not isinstance(input, str):
            raise TypeError("couldn't convert the object to str.")
        data, _, state = _encode(self._charset, input, errors or "strict", 0, True)
        return data + self._charset.encode_reset(state)[0], len(input)


def _decode(charset, data, errors, state, final):
    """Decode: the text, how many bytes were taken, the state after them."""
    parts = []
    at = 0
    while True:
        text, at, status, length, state = charset.decode_some(data, at, state)
        parts.append(text)
        if status == 0:
            break
        if status == 2 and not final:
            break
        end = len(data) if status == 2 else min(at + length, len(data))
        exc = UnicodeDecodeError(charset.name, data, at, end, _INCOMPLETE if status == 2 else _ILLEGAL)
        if errors == "strict":
            raise exc
        text, at = _handle(exc, errors, str)
        parts.append(text)
    return "".join(parts), at, state


def _encode(charset, text, errors, state, final):
    """Encode: the bytes, how many characters were taken, the state after them."""
    parts = []
    at = 0
    while True:
        data, at, status, state = charset.encode_some(text, at, state, final)
        parts.append(data)
        if status == 0 or status == 2:
            break
        exc = UnicodeEncodeError(charset.name, text, at, at + 1, _ILLEGAL)
        if errors == "strict":
            raise exc
        if errors == "replace":
            replacement, at = "?", at + 1
        elif errors == "ignore":
            at += 1
            continue
        else:
            replacement, at = _handle(exc, errors, (str, bytes))
        if isinstance(replacement, bytes):
            parts.append(replacement)
        else:
            data, _, _, state = _strict(charset, replacement, state)
            parts.append(data)
    return b"".join(parts), at, state


def _strict(charset, text, state):
    data, at, status, state = charset.encode_some(text, 0, state, True)
    if status:
        raise UnicodeEncodeError(charset.name, text, at, at + 1, _ILLEGAL)
    return data, at, status, state


class _Stateful:
    def __init__(self, errors):
        if errors is not None and not isinstance(errors, str):
            raise TypeError("errors must be a string")
        self.errors = errors or "strict"
        codec = getattr(self, "codec", None)
        if not isinstance(codec, MultibyteCodec):
            raise TypeError("codec is unexpected type")
        self._charset = codec._charset
        self._state = 0


class MultibyteIncrementalEncoder(_Stateful):
    codec = None

    def __init__(self, errors="strict"):
        super().__init__(errors)
        self._pending = ""

    def encode(self, input, final=False):
        if not isinstance(input, str):
            raise TypeError("couldn't convert the object to str.")
        text = self._pending + input
        data, at, state = _encode(self._charset, text, self.errors, self._state, bool(final))
        pending = text[at:]
        if len(pending) > _MAXENCPENDING:
            raise UnicodeError("pending buffer overflow")
        self._pending, self._state = pending, state
        if final:
            more, self._state = self._charset.encode_reset(self._state)
            data += more
        return data

    def reset(self):
        self._pending = ""
        self._state = 0

    def getstate(self):
        pending = self._pending.encode("utf-8")
        return int.from_bytes(bytes([len(pending)]) + pending + self._state.to_bytes(8, "little"), "little")

    def setstate(self, state, /):
        data = state.to_bytes(1 + 8 + 8, "little")
        size = data[0]
        if size > 8:
            raise UnicodeError("pending buffer too large")
        self._pending = data[1:1 + size].decode("utf-8")
        self._state = int.from_bytes(data[1 + size:9 + size], "little")


class MultibyteIncrementalDecoder(_Stateful):
    codec = None

    def __init__(self, errors="strict"):
        super().__init__(errors)
        self._pending = b""

    def decode(self, input, final=False):
        data = self._pending + bytes(memoryview(input))
        text, at, state = _decode(self._charset, data, self.errors, self._state, bool(final))
        if len(data) - at > _MAXDECPENDING:
            raise UnicodeError("pending buffer overflow")
        self._pending, self._state = data[at:], state
        return text

    def reset(self):
        self._pending = b""
        self._state = 0

    def getstate(self):
        return self._pending, self._state

    def setstate(self, state, /):
        pending, number = state
        if not isinstance(pending, bytes):
            raise TypeError("setstate(): illegal state argument")
        if len(pending) > _MAXDECPENDING:
            raise UnicodeError("pending buffer too large")
        self._pending, self._state = pending, number


class MultibyteStreamReader(_Stateful):
    codec = None

    def __init__(self, stream, errors="strict"):
        super().__init__(errors)
        self.stream = stream
        self._pending = b""

    def _read(self, method, size):
        if size == 0:
            return ""
        while True:
            data = getattr(self.stream, method)() if size is None or size < 0 else getattr(self.stream, method)(size)
            if not isinstance(data, bytes):
                raise TypeError("stream function returned a non-bytes object (%.100s)" % type(data).__name__)
            final = size is None or size < 0 or not data
            data = self._pending + data
            text, at, self._state = _decode(self._charset, data, self.errors, self._state, final)
            self._pending = data[at:]
            if text or final or size is None or size < 0:
                return text
            size = 1

    def read(self, sizeobj=None, /):
        return self._read("read", sizeobj)

    def readline(self, sizeobj=None, /):
        return self._read("readline", sizeobj)

    def readlines(self, sizehintobj=None, /):
        return self._read("read", sizehintobj).splitlines(True)

    def reset(self):
        self._pending = b""
        self._state = 0


class MultibyteStreamWriter(_Stateful):
    codec = None

    def __init__(self, stream, errors="strict"):
        super().__init__(errors)
        self.stream = stream
        self._pending = ""

    def write(self, strobj, /):
        if not isinstance(strobj, str):
            raise TypeError("couldn't convert the object to str.")
        text = self._pending + strobj
        data, at, self._state = _encode(self._charset, text, self.errors, self._state, False)
        self._pending = text[at:]
        self.stream.write(data)

    def writelines(self, lines, /):
        for line in lines:
            self.write(line)

    def reset(self):
        data, _, state = _encode(self._charset, self._pending, self.errors, self._state, True)
        data += self._charset.encode_reset(state)[0]
        self._pending = ""
        self._state = 0
        if data:
            self.stream.write(data)


_codecs = {}


def _getcodec(names, name):
    """The codec of one of a module's character sets."""
    if not isinstance(name, str):
        raise TypeError("encoding name must be a string.")
    if name not in names:
        raise LookupError("no such codec is supported.")
    if name not in _codecs:
        _codecs[name] = MultibyteCodec(_iso2022.CHARSETS[name](name) if name in _iso2022.CHARSETS else _Charset(name))
    return _codecs[name]


import _iso2022
