"""Counts of objects by type, and what came since."""
import gc
import operator
import sys
from collections import defaultdict

from ._names import long_typename, namer, short_typename


def _tracked(objects):
    return gc.get_objects() if objects is None else objects


def count(typename, objects=None):
    """How many objects that the collector knows have a type of this name; with a dot, the name with its module."""
    name = long_typename if "." in typename else short_typename
    return sum(1 for o in _tracked(objects) if name(o) == typename)


def typestats(objects=None, shortnames=True, filter=None):
    """Counts by type name."""
    name = namer(shortnames)
    stats = {}
    for o in _tracked(objects):
        if filter is None or filter(o):
            n = name(o)
            stats[n] = stats.get(n, 0) + 1
    return stats


def most_common_types(limit=10, objects=None, shortnames=True, filter=None):
    """(name, count) of the types with most objects; `limit` None: of all."""
    stats = typestats(objects, shortnames=shortnames, filter=filter)
    ranked = sorted(stats.items(), key=operator.itemgetter(1), reverse=True)
    return ranked[:limit] if limit else ranked


def show_most_common_types(limit=10, objects=None, shortnames=True, file=None, filter=None):
    """Print the table of most_common_types."""
    file = sys.stdout if file is None else file
    stats = most_common_types(limit, objects, shortnames=shortnames, filter=filter)
    width = max(len(name) for name, _ in stats)
    for name, n in stats:
        file.write("%-*s %i\n" % (width, name, n))


def growth(limit=10, peak_stats={}, shortnames=True, filter=None):
    """(name, count, increase) of types with more objects than ever before, most first. `peak_stats` remembers."""
    gc.collect()
    stats = typestats(shortnames=shortnames, filter=filter)
    grown = {}
    for name, n in stats.items():
        before = peak_stats.get(name, 0)
        if n > before:
            grown[name] = n - before
            peak_stats[name] = n
    ranked = sorted(grown.items(), key=operator.itemgetter(1), reverse=True)
    return [(name, stats[name], more) for name, more in (ranked[:limit] if limit else ranked)]


def show_growth(limit=10, peak_stats=None, shortnames=True, file=None, filter=None):
    """Print the table of growth."""
    remembered = {} if peak_stats is None else {"peak_stats": peak_stats}
    rows = growth(limit, shortnames=shortnames, filter=filter, **remembered)
    if rows:
        file = sys.stdout if file is None else file
        width = max(len(name) for name, _, _ in rows)
        for name, n, more in rows:
            file.write("%-*s%9d %+9d\n" % (width, name, n, more))


_COLUMNS = {"old": 1, "current": 2, "new": 3, "deltas": 4}


def get_new_ids(skip_update=False, limit=10, sortby="deltas", shortnames=None, file=None, _state={}):
    """ids of objects made since the last call, by type name, and a table of them. `limit` 0: no table; None: all of it."""
    if not _state:
        _state.update(old=defaultdict(set), current=defaultdict(set), new=defaultdict(set), shortnames=True)
    new = _state["new"]
    if skip_update:
        return new
    if shortnames is None:
        shortnames = _state["shortnames"]
    _state["shortnames"] = shortnames
    gc.collect()
    objects = gc.get_objects()
    old, current = _state["old"], _state["current"]
    # in place: the sets are objects that a next call would otherwise find to be new
    for ids in old.values():
        ids.clear()
    for name, ids in current.items():
        old[name].update(ids)
        ids.clear()
    name = namer(shortnames)
    for o in objects:
        current[name(o)].add(id(o))
    for ids in new.values():
        ids.clear()
    rows = []
    for name in list(current):
        before, now = len(old[name]), len(current[name])
        if before == now == 0:
            for sets in (old, current, new):
                sets.pop(name, None)
            continue
        new[name].update(current[name] - old[name])
        rows.append((name, before, now, len(new[name]), now - before))
    rows.sort(key=operator.itemgetter(_COLUMNS[sortby], 0), reverse=True)
    if limit is not None:
        rows = rows[:limit]
    if rows:
        _print_new(rows, sys.stdout if file is None else file)
    return new


def _print_new(rows, file):
    width = max(len(row[0]) for row in rows)
    rule = "=" * (width + 13 * 4)
    print(rule, file=file)
    print("%-*s%13s%13s%13s%13s" % (width, "Type", "Old_ids", "Current_ids", "New_ids", "Count_Deltas"), file=file)
    print(rule, file=file)
    for row in rows:
        print("%-*s%13d%13d%+13d%+13d" % (width, *row), file=file)
    print(rule, file=file)


def get_leaking_objects(objects=None):
    """Objects that no other one refers to: perhaps a reference too many."""
    if objects is None:
        gc.collect()
        objects = gc.get_objects()
    held = set()
    for o in objects:
        held.update(map(id, gc.get_referents(o)))
    return [o for o in objects if id(o) not in held]


def by_type(typename, objects=None):
    """The objects whose type has this name; with a dot, the name with its module."""
    name = long_typename if "." in typename else short_typename
    return [o for o in _tracked(objects) if name(o) == typename]


def at(addr):
    """The object with this id, of those that the collector knows; else None."""
    return next((o for o in gc.get_objects() if id(o) == addr), None)


def at_addrs(address_set):
    """The objects with these ids, of those that the collector knows."""
    return [o for o in gc.get_objects() if id(o) in address_set]
