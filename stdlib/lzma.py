"""Compression with LZMA: .xz and .lzma files, and raw streams.

    with lzma.open("notes.xz", "wt") as f:
        f.write("hello")
    data = lzma.decompress(lzma.compress(b"hello"))

LZMACompressor and LZMADecompressor work on data that comes in pieces; LZMAFile is a file of compressed data.
"""

import builtins
import io
import os
import _compression
from _lzma import *
from _lzma import _decode_filter_properties, _encode_filter_properties

__all__ = [
    "CHECK_NONE", "CHECK_CRC32", "CHECK_CRC64", "CHECK_SHA256", "CHECK_ID_MAX", "CHECK_UNKNOWN",
    "FILTER_LZMA1", "FILTER_LZMA2", "FILTER_DELTA", "FILTER_X86", "FILTER_IA64",
    "FILTER_ARM", "FILTER_ARMTHUMB", "FILTER_POWERPC", "FILTER_SPARC",
    "FORMAT_AUTO", "FORMAT_XZ", "FORMAT_ALONE", "FORMAT_RAW",
    "MF_HC3", "MF_HC4", "MF_BT2", "MF_BT3", "MF_BT4",
    "MODE_FAST", "MODE_NORMAL", "PRESET_DEFAULT", "PRESET_EXTREME",
    "LZMACompressor", "LZMADecompressor", "LZMAFile", "LZMAError",
    "open", "compress", "decompress", "is_check_supported",
]

_READ = "read"
_WRITE = "write"


class LZMAFile(_compression.BaseStream):
    """A binary file whose contents are stored compressed."""

    def __init__(self, filename=None, mode="r", *, format=None, check=-1, preset=None, filters=None):
        """Open a file by name (str, bytes or path), or wrap an open one.

        mode: 'r' to read; 'w', 'x' or 'a' to write, with an optional 'b'. Reading takes format (default FORMAT_AUTO)
        and, for FORMAT_RAW, filters; writing takes format (default FORMAT_XZ), check, and preset or filters.
        """
        self._fp = None
        self._closefp = False
        self._state = None

        if mode in ("r", "rb"):
            if check != -1:
                raise ValueError("Cannot specify an integrity check when opening a file for reading")
            if preset is not None:
                raise ValueError("Cannot specify a preset compression level when opening a file for reading")
            if format is None:
                format = FORMAT_AUTO
            state = _READ
        elif mode in ("w", "wb", "a", "ab", "x", "xb"):
            if format is None:
                format = FORMAT_XZ
            state = _WRITE
            self._compressor = LZMACompressor(format=format, check=check, preset=preset, filters=filters)
            self._pos = 0
        else:
            raise ValueError("Invalid mode: {!r}".format(mode))

        if isinstance(filename, (str, bytes, os.PathLike)):
            if "b" not in mode:
                mode += "b"
            self._fp = builtins.open(filename, mode)
            self._closefp = True
        elif hasattr(filename, "read") or hasattr(filename, "write"):
            self._fp = filename
        else:
            raise TypeError("filename must be a str, bytes, file or PathLike object")
        self._state = state

        if state is _READ:
            raw = _compression.DecompressReader(
                self._fp, LZMADecompressor, trailing_error=LZMAError, format=format, filters=filters)
            self._buffer = io.BufferedReader(raw)

    def close(self):
        """Write what is left and close the file. More calls do nothing."""
        if self._state is None:
            return
        try:
            if self._state is _READ:
                self._buffer.close()
                self._buffer = None
            else:
                self._fp.write(self._compressor.flush())
                self._compressor = None
        finally:
            try:
                if self._closefp:
                    self._fp.close()
            finally:
                self._fp = None
                self._closefp = False
                self._state = None

    @property
    def closed(self):
        """Has the file been closed?"""
        return self._state is None

    def fileno(self):
        """The descriptor of the compressed file."""
        self._check_not_closed()
        return self._fp.fileno()

    def seekable(self):
        """Can one move about in the file? Only when reading."""
        return self.readable() and self._buffer.seekable()

    def readable(self):
        """Was the file opened to read?"""
        self._check_not_closed()
        return self._state is _READ

    def writable(self):
        """Was the file opened to write?"""
        self._check_not_closed()
        return self._state is _WRITE

    def peek(self, size=-1):
        """Return some bytes without moving on: at least one, but at the end."""
        self._check_can_read()
        return self._buffer.peek(size)

    def read(self, size=-1):
        """Return up to size bytes, all that is left without size."""
        self._check_can_read()
        return self._buffer.read(size)

    def read1(self, size=-1):
        """Return up to size bytes with as few reads of the file as can be."""
        self._check_can_read()
        if size < 0:
            size = io.DEFAULT_BUFFER_SIZE
        return self._buffer.read1(size)

    def readline(self, size=-1):
        """Return a line, or its first size bytes."""
        self._check_can_read()
        return self._buffer.readline(size)

    def write(self, data):
        """Write bytes; how many were taken."""
        self._check_can_write()
        if isinstance(data, (bytes, bytearray)):
            length = len(data)
        else:
            data = memoryview(data)
            length = data.nbytes
        self._fp.write(self._compressor.compress(data))
        self._pos += length
        return length

    def seek(self, offset, whence=io.SEEK_SET):
        """Move in the uncompressed data; going back decodes from the start again."""
        self._check_can_seek()
        return self._buffer.seek(offset, whence)

    def tell(self):
        """The place in the uncompressed data."""
        self._check_not_closed()
        return self._buffer.tell() if self._state is _READ else self._pos


def open(filename, mode="rb", *, format=None, check=-1, preset=None, filters=None, encoding=None, errors=None, newline=None):
    """Open a compressed file: an LZMAFile, or a text file over one when mode has a 't'."""
    if "t" in mode:
        if "b" in mode:
            raise ValueError("Invalid mode: %r" % (mode,))
    else:
        for name, value in (("encoding", encoding), ("errors", errors), ("newline", newline)):
            if value is not None:
                raise ValueError("Argument '%s' not supported in binary mode" % name)
    binary = LZMAFile(filename, mode.replace("t", ""), format=format, check=check, preset=preset, filters=filters)
    if "t" not in mode:
        return binary
    return io.TextIOWrapper(binary, io.text_encoding(encoding), errors, newline)


def compress(data, format=FORMAT_XZ, check=-1, preset=None, filters=None):
    """Return data as one compressed stream. The options are LZMACompressor's."""
    compressor = LZMACompressor(format, check, preset, filters)
    return compressor.compress(data) + compressor.flush()


def decompress(data, format=FORMAT_AUTO, memlimit=None, filters=None):
    """Return what one or more streams hold; what follows the first and is no stream is left out."""
    parts = []
    while True:
        decompressor = LZMADecompressor(format, memlimit, filters)
        try:
            part = decompressor.decompress(data)
        except LZMAError:
            if parts:
                break
            raise
        parts.append(part)
        if not decompressor.eof:
            raise LZMAError("Compressed data ended before the end-of-stream marker was reached")
        data = decompressor.unused_data
        if not data:
            break
    return b"".join(parts)
