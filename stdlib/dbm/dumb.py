"""A database in two plain files, for where there is no library: slow, simple and portable.

NAME.dat holds the values one after the other, each starting at a multiple of 512 bytes. NAME.dir is text, one line a
key: its repr as Latin-1 text, a comma, and the pair (position, length) of its value. A value that grows beyond its
blocks moves to the end, and the space it leaves is not used again. NAME.bak is the directory before the last commit.
"""

import ast as _ast
import collections.abc
import io as _io
import os as _os

__all__ = ["error", "open"]

_BLOCKSIZE = 512

error = OSError


def _bytes(value, what):
    if isinstance(value, str):
        return value.encode("utf-8")
    if not isinstance(value, (bytes, bytearray)):
        raise TypeError("%s must be bytes or strings" % what)
    return bytes(value)


class _Database(collections.abc.MutableMapping):
    # kept as attributes: a database may be committed while the interpreter shuts down
    _os = _os
    _io = _io

    def __init__(self, filebasename, mode, flag="c"):
        filebasename = self._os.fsencode(filebasename)
        self._mode = mode
        self._readonly = flag == "r"
        self._dirfile = filebasename + b".dir"
        self._datfile = filebasename + b".dat"
        self._bakfile = filebasename + b".bak"
        self._index = None  # {key: (position, length)}; None once closed
        self._modified = False
        self._create(flag)
        self._load_index(flag)

    def _create(self, flag):
        if flag == "n":
            for path in (self._datfile, self._bakfile, self._dirfile):
                try:
                    self._os.remove(path)
                except OSError:
                    pass
        try:
            self._io.open(self._datfile, "r", encoding="Latin-1").close()
        except OSError:
            if flag not in ("c", "n"):
                raise
            with self._io.open(self._datfile, "w", encoding="Latin-1"):
                self._chmod(self._datfile)

    def _load_index(self, flag):
        self._index = {}
        try:
            f = self._io.open(self._dirfile, "r", encoding="Latin-1")
        except OSError:
            if flag not in ("c", "n"):
                raise
            with self._io.open(self._dirfile, "w", encoding="Latin-1"):
                self._chmod(self._dirfile)
            return
        with f:
            for line in f:
                key, place = _ast.literal_eval(line.rstrip())
                self._index[key.encode("Latin-1")] = place

    def _commit(self):
        if self._index is None or not self._modified:
            return
        try:
            self._os.unlink(self._bakfile)
        except OSError:
            pass
        try:
            self._os.rename(self._dirfile, self._bakfile)
        except OSError:
            pass
        with self._io.open(self._dirfile, "w", encoding="Latin-1") as f:
            self._chmod(self._dirfile)
            for key, place in self._index.items():
                f.write("%r, %r\n" % (key.decode("Latin-1"), place))
        self._modified = False

    sync = _commit

    def _verify_open(self):
        if self._index is None:
            raise error("DBM object has already been closed")

    def __getitem__(self, key):
        if isinstance(key, str):
            key = key.encode("utf-8")
        self._verify_open()
        position, length = self._index[key]
        with self._io.open(self._datfile, "rb") as f:
            f.seek(position)
            return f.read(length)

    def _append(self, value):
        with self._io.open(self._datfile, "rb+") as f:
            end = f.seek(0, 2)
            start = -(-end // _BLOCKSIZE) * _BLOCKSIZE
            f.write(b"\0" * (start - end) + value)
        return start, len(value)

    def _overwrite(self, position, value):
        with self._io.open(self._datfile, "rb+") as f:
            f.seek(position)
            f.write(value)
        return position, len(value)

    def _append_key(self, key, place):
        self._index[key] = place
        with self._io.open(self._dirfile, "a", encoding="Latin-1") as f:
            self._chmod(self._dirfile)
            f.write("%r, %r\n" % (key.decode("Latin-1"), place))

    def __setitem__(self, key, value):
        if self._readonly:
            raise error("The database is opened for reading only")
        key = _bytes(key, "keys")
        value = _bytes(value, "values")
        self._verify_open()
        self._modified = True
        if key not in self._index:
            self._append_key(key, self._append(value))
            return
        position, length = self._index[key]
        blocks = -(-length // _BLOCKSIZE)
        if len(value) <= blocks * _BLOCKSIZE:
            self._index[key] = self._overwrite(position, value)
        else:
            self._index[key] = self._append(value)

    def __delitem__(self, key):
        if self._readonly:
            raise error("The database is opened for reading only")
        if isinstance(key, str):
            key = key.encode("utf-8")
        self._verify_open()
        self._modified = True
        del self._index[key]
        # the value's bytes stay where they are: only the directory forgets them
        self._commit()

    def keys(self):
        self._verify_open()
        return list(self._index)

    def items(self):
        self._verify_open()
        return [(key, self[key]) for key in self._index]

    def __contains__(self, key):
        if isinstance(key, str):
            key = key.encode("utf-8")
        self._verify_open()
        return key in self._index

    def iterkeys(self):
        self._verify_open()
        return iter(self._index)

    __iter__ = iterkeys

    def __len__(self):
        self._verify_open()
        return len(self._index)

    def close(self):
        try:
            self._commit()
        finally:
            self._index = self._datfile = self._dirfile = self._bakfile = None

    __del__ = close

    def _chmod(self, file):
        self._os.chmod(file, self._mode)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()


def open(file, flag="c", mode=0o666):
    """Open the database file and return it.

    flag: 'r' read only, 'w' read and write, 'c' create when there is none, 'n' always start empty. mode, less the
    process's umask, is the permission of files that are made.
    """
    if flag not in ("r", "w", "c", "n"):
        raise ValueError("Flag must be one of 'r', 'w', 'c', or 'n'")
    umask = _os.umask(0)
    _os.umask(umask)
    return _Database(file, mode & ~umask, flag=flag)
