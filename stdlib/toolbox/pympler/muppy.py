"""All objects of the program, and what differs between two moments."""
import gc
import inspect
from sys import getsizeof

from . import summary


def _is_frame(obj):
    try:
        return inspect.isframe(obj)
    except ReferenceError:
        return True


def get_objects(remove_dups=True, include_frames=False):
    """The objects that the collector knows, and those that they refer to directly, without frames."""
    gc.collect()
    tracked = [o for o in gc.get_objects() if not _is_frame(o)]
    found = []
    for o in tracked:
        found += [ref for ref in get_referents(o) if not gc.is_tracked(ref)]
    found += tracked
    if remove_dups:
        found = _remove_duplicates(found)
    if include_frames:
        found += [info.frame for info in inspect.stack()[2:]]
    return found


def get_size(objects):
    """The bytes of the objects, each alone."""
    return sum(map(getsizeof, objects))


def get_diff(left, right):
    """{'+': what only `right` has, '-': what only `left` has}."""
    in_left, in_right = set(map(id, left)), set(map(id, right))
    return {"+": [o for o in right if id(o) not in in_left], "-": [o for o in left if id(o) not in in_right]}


def sort(objects):
    """The objects by size."""
    return sorted(objects, key=getsizeof)


def filter(objects, Type=None, min=-1, max=-1):
    """The objects of a type, larger than `min` and smaller than `max` bytes."""
    if min > max and max > -1:
        raise ValueError("minimum must be smaller than maximum")
    found = objects if Type is None else [o for o in objects if isinstance(o, Type)]
    if min > -1:
        found = [o for o in found if getsizeof(o) > min]
    if max > -1:
        found = [o for o in found if getsizeof(o) < max]
    return found


def get_referents(object, level=1):
    """What an object refers to, directly or by up to `level` references."""
    found = gc.get_referents(object)
    if level > 1:
        for o in found:
            found.extend(get_referents(o, level - 1))
    return _remove_duplicates(found)


def _remove_duplicates(objects):
    seen = set()
    return [o for o in objects if not (id(o) in seen or seen.add(id(o)))]


def print_summary():
    """Print counts and sizes of all objects by type."""
    summary.print_(summary.summarize(get_objects()))
