"""Counts and sizes by type: rows [type, number of objects, total size]."""
import re
import types
from sys import getsizeof

from .util import stringutils

#: How objects of a type are named, by how much is to be told.
representations = {
    types.FrameType: [
        lambda f: "frame (codename: %s)" % f.f_code.co_name,
        lambda f: "frame (codename: %s, codeline: %s)" % (f.f_code.co_name, f.f_code.co_firstlineno),
        lambda f: "frame (codename: %s, filename: %s, codeline: %s)"
        % (f.f_code.co_name, f.f_code.co_filename, f.f_code.co_firstlineno),
    ],
    dict: [lambda d: str(type(d)), lambda d: "dict, len=%s" % len(d)],
    types.FunctionType: [
        lambda f: "function (%s)" % f.__name__,
        lambda f: "function (%s.%s)" % (f.__module__, f.__name__),
    ],
    list: [lambda l: str(type(l)), lambda l: "list, len=%s" % len(l)],
    types.ModuleType: [lambda m: "module(%s)" % getattr(m, "__name__", getattr(m, "__file__", "nameless, id: %d" % id(m)))],
    set: [lambda s: str(type(s)), lambda s: "set, len=%s" % len(s)],
}

type_repr = re.compile(r"^<(type|class) '(\S+)'>$")
address = re.compile(r" at 0x[0-9a-f]+")


def _repr(o, verbosity=1):
    ways = representations.get(type(o)) if verbosity else None
    text = ways[min(verbosity, len(ways)) - 1](o) if ways else str(type(o))
    return type_repr.sub(r"\2", address.sub("", text))


def summarize(objects):
    """The rows of some objects."""
    rows = {}
    for o in objects:
        name = _repr(o)
        row = rows.get(name)
        if row is None:
            row = rows[name] = [name, 0, 0]
        row[1] += 1
        row[2] += getsizeof(o)
    return list(rows.values())


def get_diff(left, right):
    """The rows of `right` less those of `left`."""
    before = {row[0]: row for row in left}
    after = {row[0]: row for row in right}
    found = []
    for name in {*after, *before}:
        _, n0, size0 = before.get(name, (name, 0, 0))
        _, n1, size1 = after.get(name, (name, 0, 0))
        found.append([name, n1 - n0, size1 - size0])
    return found


_COLUMNS = ["type", "#", "size"]
_ORDERS = ["ascending", "descending"]


def format_(rows, limit=15, sort="size", order="descending"):
    """The lines of the table of rows."""
    if sort not in _COLUMNS:
        raise ValueError("invalid sort, should be one of" + str(_COLUMNS))
    if order not in _ORDERS:
        raise ValueError("invalid order, should be one of" + str(_ORDERS))
    column = _COLUMNS.index(sort)
    key = (lambda row: _repr(row[0])) if column == 0 else (lambda row: row[column])
    ranked = sorted(rows, key=key, reverse=order == "descending")[:limit]
    return _format_table([["types", "# objects", "total size"], *([r[0], r[1], stringutils.pp(r[2])] for r in ranked)])


def _format_table(rows, header=True):
    widths = [max(len(str(cell)) + 2 for cell in column) for column in zip(*rows)]
    for row in rows:
        yield " | ".join(str(cell).rjust(width) for cell, width in zip(row, widths))
        if header:
            yield " | ".join("=" * width for width in widths)
            header = False


def print_(rows, limit=15, sort="size", order="descending"):
    """Print the table of rows."""
    for line in format_(rows, limit=limit, sort=sort, order=order):
        print(line)


def _subtract(summary, o):
    """Take an object out of the rows."""
    name, size = _repr(o), getsizeof(o)
    for row in summary:
        if row[0] == name:
            row[1] -= 1
            row[2] -= size
            return summary
    summary.append([name, -1, -size])
    return summary


def _sweep(summary):
    """The rows without those that are zero."""
    return [row for row in summary if row[1] or row[2]]
