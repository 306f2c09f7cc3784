"""Files that map keys to values, both bytes: open() picks the kind of database.

    import dbm
    with dbm.open("book", "c") as db:
        db[b"name"] = b"value"

Flags: 'r' read only (the default), 'w' read and write, 'c' create when there is none, 'n' always start empty.
moult has dbm.dumb, which is pure Python; dbm.gnu and dbm.ndbm need C libraries and cannot be imported.
"""

__all__ = ["open", "whichdb", "error"]

import importlib
import io
import os
import struct
import sys


class error(Exception):
    pass


_names = ["dbm.gnu", "dbm.ndbm", "dbm.dumb"]
_defaultmod = None
_modules = {}

error = (error, OSError)


def _load(name):
    """The module of a kind of database; None where it cannot be imported."""
    if name not in _modules:
        try:
            _modules[name] = importlib.import_module(name)
        except ImportError:
            return None
    return _modules[name]


def _default():
    global _defaultmod
    if _defaultmod is None:
        found = (_load(name) for name in _names)
        _defaultmod = next((mod for mod in found if mod is not None), None)
        if _defaultmod is None:
            raise ImportError("no dbm clone found; tried %s" % _names)
    return _defaultmod


def open(file, flag="r", mode=0o666):
    """Open the database file and return an object with a dictionary's item access, keys(), get() and close().

    The kind of an existing database is found out; a new one is of the first kind that can be imported.
    mode is the permission of files that are made.
    """
    kind = None if "n" in flag else whichdb(file)
    if kind is None:
        if not ("c" in flag or "n" in flag):
            raise error[0]("db file doesn't exist; use 'c' or 'n' flag to create a new db")
        return _default().open(file, flag, mode)
    if kind == "":
        raise error[0]("db type could not be determined")
    mod = _load(kind)
    if mod is None:
        raise error[0]("db type is {0}, but the module is not available".format(kind))
    return mod.open(file, flag, mode)


def _can_open(path):
    try:
        io.open(path, "rb").close()
    except OSError:
        return False
    return True


def _looks_dumb(filename):
    """dbm.dumb's directory is empty, or its first line starts with a quoted key."""
    try:
        os.stat(filename + b".dat")
        if os.stat(filename + b".dir").st_size == 0:
            return True
        with io.open(filename + b".dir", "rb") as f:
            return f.read(1) in (b"'", b'"')
    except OSError:
        return False


def whichdb(filename):
    """Which kind of database filename is: a module's name, '' for a file of no known kind, None for no readable file."""
    filename = os.fsencode(filename)
    if _can_open(filename + b".pag") and _can_open(filename + b".dir"):
        return "dbm.ndbm"
    if _can_open(filename + b".db"):
        ndbm = _load("dbm.ndbm")
        if ndbm is not None:
            try:
                ndbm.open(filename).close()
                return "dbm.ndbm"
            except OSError:
                pass
    if _looks_dumb(filename):
        return "dbm.dumb"
    try:
        with io.open(filename, "rb") as f:
            start = f.read(16)
    except OSError:
        return None
    if len(start) < 4:
        return ""
    (magic,) = struct.unpack("=l", start[:4])
    if magic in (0x13579ACE, 0x13579ACD, 0x13579ACF):
        return "dbm.gnu"
    return ""


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(whichdb(name) or "UNKNOWN", name)
