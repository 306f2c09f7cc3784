"""The size of an object with all that belongs to it."""
import gc
import sys
import types
import weakref
from inspect import isclass, ismodule

from . import _referents
from ._referents import clipped_repr, kind_of, named

__all__ = [
    "adict", "asized", "asizeof", "asizesof", "Asized", "Asizer", "basicsize", "flatsize", "itemsize", "leng", "named_refs", "refs",
]
_Py_TPFLAGS_HAVE_GC = 1 << 14


def _plural(n):
    return "" if n == 1 else "s"


def _si(size):
    text = ""
    if size >= 1024:
        value = float(size)
        for letter in "KMGTPE":
            value /= 1024
            if value < 1024:
                return " or %.1f %siB" % (value, letter)
    return text


def _options(opts):
    return ", ".join(sorted("%s=%r" % kv for kv in opts.items()))


def _length_text(obj):
    n = leng(obj)
    if n is None:
        return ""
    try:
        more = n > len(obj)
    except TypeError:
        more = n > 0
    return " leng %d%s" % (n, "!" if more else "")


class _Held:
    """An object that is remembered, weakly where possible."""

    __slots__ = ("get",)

    def __init__(self, obj):
        try:
            self.get = weakref.ref(obj)
        except TypeError:
            self.get = lambda: obj


class _Profile:
    """Sizes of the objects of one type."""

    def __init__(self):
        self.total = self.number = self.high = 0
        self.largest = _Held(None)

    def update(self, obj, size):
        self.number += 1
        self.total += size
        if self.high < size:
            self.high = size
            self.largest = _Held(obj)


class Asized:
    """Sizes of an object: `size` with what belongs to it, `flat` alone, `name`, and the Asized of its `refs`."""

    __slots__ = ("flat", "name", "refs", "size")

    def __init__(self, size, flat, refs=(), name=None):
        self.size = size
        self.flat = flat
        self.name = name
        self.refs = tuple(refs)

    def __str__(self):
        return "size %r, flat %r, refs[%d], name %r" % (self.size, self.flat, len(self.refs), self.name)

    def format(self, format="%(name)s size=%(size)d flat=%(flat)d", depth=-1, order_by="size", indent=""):
        """The sizes as an indented text."""
        lines = [indent + format % {"size": self.size, "flat": self.flat, "name": self.name}]
        if depth and self.refs:
            ranked = sorted(self.refs, key=lambda r: getattr(r, order_by), reverse=order_by in ("size", "flat"))
            lines += [r.format(format, depth - 1, order_by, indent + "    ") for r in ranked]
        return "\n".join(lines)

    def get(self, name, dflt=None):
        """The referent of this name."""
        return next((r for r in self.refs if r.name == name), dflt)


_DEFAULTS = {
    "above": 1024, "align": 8, "clip": 80, "code": False, "cutoff": 10, "derive": False, "detail": 0, "frames": False,
    "ignored": True, "infer": False, "limit": 100, "stats": 0, "stream": None,
}


class Asizer:
    """Adds up sizes; what was counted once is not counted again."""

    def __init__(self, **opts):
        self._excluded = {}
        self.reset(**opts)

    def reset(self, **opts):
        """Forget what was sized, and set all options."""
        unknown = {k: v for k, v in opts.items() if k not in _DEFAULTS}
        if unknown:
            raise KeyError("invalid option%s: reset(%s)" % (_plural(len(unknown)), _options(unknown)))
        for name, value in {**_DEFAULTS, **opts}.items():
            setattr(self, name, value)
        self._clear()
        self.set(align=self.align, cutoff=self.cutoff, stats=self.stats)

    def set(self, **opts):
        """Change options."""
        for name, value in opts.items():
            if value is None:
                continue
            if name == "align" and value > 1 and value & (value - 1):
                raise ValueError("invalid option: set(align=%r)" % value)
            if name == "stats":
                if value < 0:
                    raise ValueError("invalid option: set(stats=%r)" % value)
                whole = int(value)
                self.cutoff = opts.get("cutoff") or int((value - whole) * 100.0 + 0.5) or self.cutoff
                value = whole
            setattr(self, name, value)
        self._mask = self.align - 1 if self.align > 1 else 0

    def _clear(self):
        self._seen = {}
        self._profiles = {}
        self._ranks = []
        self._total = self._depth = self._missed = self._ranked = 0
        for t in self._excluded:
            self._excluded[t] = 0
        self.exclude_objs(self, vars(self), self._excluded, self._profiles, self._ranks, self._seen)

    @property
    def total(self):
        """Bytes counted so far."""
        return self._total

    @property
    def sized(self):
        """Objects sized so far."""
        return sum(1 for n in self._seen.values() if n > 0)

    @property
    def seen(self):
        """How often objects were met so far."""
        return sum(n for n in self._seen.values() if n > 0)

    @property
    def duplicate(self):
        """Objects met more than once."""
        return sum(1 for n in self._seen.values() if n > 1)

    @property
    def missed(self):
        """Objects left out because of errors."""
        return self._missed

    @property
    def ranked(self):
        """Objects large enough to be ranked."""
        return self._ranked

    @property
    def excluded(self):
        """The types left out."""
        return tuple(self._excluded)

    def exclude_objs(self, *objs):
        """Never count these objects."""
        for o in objs:
            self._seen.setdefault(id(o), -1)

    def exclude_refs(self, *objs):
        """Count these objects only where they are asked for, not where they are referred to."""
        for o in objs:
            self._seen.setdefault(id(o), 0)

    def exclude_types(self, *objs):
        """Never count objects of these types, or of these objects' types."""
        for o in objs:
            self._excluded.setdefault(o if isclass(o) else type(o), 0)

    def _rank(self, obj, size, deep, parent):
        at = next((i for i, r in enumerate(self._ranks) if size >= r[0]), len(self._ranks))
        if at < 100:
            self._ranks.insert(at, (size, type(obj), _Held(obj), deep, id(obj), parent))
            del self._ranks[100:]
        self._ranked += 1

    def _name(self, obj):
        return getattr(obj, "__name__", "") or clipped_repr(obj, self.clip)

    def _size(self, obj, parent, deep, detailed):
        """The size of an object with what was not counted before; an Asized where detailed."""
        seen, i = self._seen, id(obj)
        before = seen.get(i)
        if before is None:
            seen[i] = 1
        else:
            if before >= 0:
                seen[i] = before + 1
            if deep or before:
                return Asized(0, 0, name=self._name(obj)) if detailed else 0
        size = flat = 0
        refs = []
        if type(obj) in self._excluded:
            self._excluded[type(obj)] += 1
        else:
            try:
                kind = kind_of(obj, self.infer)
                if (self.code or not kind.code) and not (self.ignored and kind.ignored and not (self.frames and hasattr(obj, "f_code"))):
                    size = flat = (kind.flat(obj) + self._mask) & ~self._mask
                    if self.stats > 1:
                        self._profiles.setdefault(type(obj), _Profile()).update(obj, flat)
                    if kind.refs and deep < self.limit and not (deep and ismodule(obj)):
                        size += self._size_refs(kind, obj, i, deep + 1, detailed, refs)
                if self.stats and size > self.above > 0:
                    self._rank(obj, size, deep, parent)
            except RecursionError:
                self._missed += 1
        if not deep:
            self._total += size
        if detailed:
            result = Asized(size, flat, name=self._name(obj), refs=refs)
            self.exclude_objs(result)
            return result
        return size

    def _size_refs(self, kind, obj, i, deep, detailed, refs):
        size = 0
        if detailed and deep <= self.detail:
            for r in named(kind, obj):
                part = self._size(r.ref, i, deep, True)
                part.name = r.name if r.name is not None else self._name(r.ref)
                refs.append(part)
                size += part.size
        else:
            for _, ref in kind.refs(obj):
                size += self._size(ref, i, deep, False)
        self._depth = max(self._depth, deep)
        return size

    def _sizes(self, objs, detailed):
        self.exclude_refs(*objs)
        found = {}
        self.exclude_objs(found)
        for o in objs:
            if id(o) in found:
                self._seen[id(o)] += 1
            else:
                found[id(o)] = self._size(o, 0, 0, detailed)
        return tuple(found[id(o)] for o in objs)

    def asizeof(self, *objs, **opts):
        """The size of the objects together."""
        self.set(**opts)
        self.exclude_refs(*objs)
        return sum(self._size(o, 0, 0, False) for o in objs)

    def asizesof(self, *objs, **opts):
        """The size of each object."""
        self.set(**opts)
        return self._sizes(objs, False)

    def asized(self, *objs, **opts):
        """The Asized of each object; of one object not in a tuple."""
        self.set(**opts)
        found = self._sizes(objs, True)
        return found[0] if len(found) == 1 else found

    def _print(self, format, *args):
        print(format % args, file=self.stream or sys.stdout)

    def print_summary(self, w=0, objs=(), **_):
        """Print how much was counted."""
        lines = [(self._total, "bytes%s%s" % (_si(self._total), " (incl. code)" if self.code else ""))]
        if self._mask:
            lines.append((self._mask + 1, "byte aligned"))
        lines.append((8, "byte sizeof(void*)"))
        counts = [(len(objs or ()), "given"), (self.sized, "sized")]
        if self._excluded:
            counts.append((sum(self._excluded.values()), "excluded"))
        counts.append((self.seen, "seen"))
        if self._ranked:
            counts.append((self._ranked, "ranked"))
        counts.append((self._missed, "missed"))
        lines += [(n, "object%s %s" % (_plural(n), what)) for n, what in counts]
        lines.append((self.duplicate, "duplicate" + _plural(self.duplicate)))
        if self._depth:
            lines.append((self._depth, "deepest recursion"))
        for n, text in lines:
            self._print("%*d %s", w, n, text)

    def print_largest(self, w=0, cutoff=0, **_):
        """Print the largest objects."""
        n = min(len(self._ranks), max(int(cutoff) or self.cutoff, 0))
        if n <= 0 or self.above <= 0:
            return
        self._print("\n%*d largest object%s (of %d over %d bytes%s)", w, n, _plural(n), self._ranked, self.above, _si(self.above))
        index = {r[4]: i for i, r in enumerate(self._ranks)}
        for size, t, held, deep, i, parent in self._ranks[:n]:
            obj = held.get()
            text = "%s: %s%s, ix %s%s%s" % (
                self._type_text(t), clipped_repr(obj, self.clip), _length_text(obj), index.get(i, "?"),
                " (at %s)" % deep if deep > 0 else "", ", pix %s" % index.get(parent, "?") if parent else "",
            )
            self._print("%*d bytes%s: %s", w, size, _si(size), text)

    def _type_text(self, t):
        return clipped_repr(t, self.clip).strip("<>").replace("'", "")

    def print_profiles(self, w=0, cutoff=0, **_):
        """Print sizes by type."""
        rows = list(self._profiles.items())
        kept = [(t, p) for t, p in rows if p.total > 0 or p.number > 1]
        if len(rows) - len(kept) >= 9:
            rows = kept
        if not rows:
            return
        least = int((int(cutoff) or self.cutoff) * 0.01 * self._total)
        grand = " (% of grand total)" if self._total else ""
        code = " (incl. code)" if self.code else ""
        self._print(
            "\n%*d profile%s:  total%s, average, and largest flat size%s:  largest object", w, len(rows), _plural(len(rows)), grand, code
        )
        left = len(rows)
        for t, p in sorted(rows, key=lambda row: (row[1].total, row[1].number, self._type_text(row[0])), reverse=True):
            obj = p.largest.get()
            average = p.total // p.number
            share = " (%.0f%%)" % (p.total * 100.0 / self._total) if self._total else ""
            sizes = ", ".join(str(n) + _si(n) + extra for n, extra in ((p.total, share), (average, ""), (p.high, "")))
            self._print(
                "%*d %s object%s:  %s:  %s%s", w, p.number, self._type_text(t), _plural(p.number), sizes,
                clipped_repr(obj, self.clip), _length_text(obj),
            )
            left -= 1
            if left > 1 and p.total < least:
                self._print("%+*d profiles below cutoff (%.0f%%)", w, left, int(cutoff) or self.cutoff)
                break

    def print_stats(self, objs=(), opts={}, sized=(), sizes=(), stats=3, **_):
        """Print what the option `stats` asks for."""
        s = min(opts.get("stats", stats) or 0, self.stats)
        if s <= 0:
            return
        w = len(str(self._missed + self.seen + self._total)) + 1
        options = _options(opts)
        comma = ", " if options and objs else ""
        if sized and objs:
            if len(objs) > 1:
                self._print("\nasized(...%s%s) ...", comma, options)
                for i, one in enumerate(sized):
                    self._print("%*d: %s", w - 1, i, one)
            else:
                self._print("\nasized(%s): %s", options, sized)
        elif sizes and objs:
            self._print("\nasizesof(...%s%s) ...", comma, options)
            for size, o in zip(sizes, objs):
                self._print("%*d bytes%s:  %s", w, size, _si(size), clipped_repr(o, self.clip))
        else:
            self._print("\nasizeof(%s%s%s) ...", clipped_repr(objs, self.clip) if objs else "", comma, options)
        self.print_summary(w=w, objs=objs)
        self.print_largest(w=w, cutoff=self.cutoff if s < 2 else 10)
        if s > 1:
            self.print_profiles(w=w, cutoff=self.cutoff)


_asizer = Asizer()


def _run(method, objs, opts, key):
    _asizer.reset(**opts)
    found = getattr(_asizer, method)(*objs)
    _asizer.print_stats(objs, opts=opts, **({key: found} if key else {}))
    _asizer._clear()
    return found


def asizeof(*objs, **opts):
    """The bytes of objects with all that belongs to them, counted once. all=True: of everything the collector knows."""
    everything = opts.pop("all", None)
    if not objs and everything is True:
        objs = tuple(gc.get_objects())
    return _run("asizeof", objs, opts, None) if objs else 0


def asizesof(*objs, **opts):
    """The bytes of each object with what belongs to it and was not counted before."""
    return _run("asizesof", objs, opts, "sizes") if objs else ()


def asized(*objs, **opts):
    """The Asized of each object, with referents down to `detail` levels; of one object not in a tuple."""
    return _run("asized", objs, opts, "sized") if objs else ()


def adict(*classes):
    """Size these classes as dicts. Returns whether all of them look like one."""
    good = [c for c in classes if isclass(c) and _referents.looks_like_dict(c)]
    _referents.dict_like.update((c.__module__, c.__name__) for c in good)
    return len(good) == len(classes)


def basicsize(obj, **opts):
    """The bytes of the object's head."""
    return _referents.basic_size(obj)


def itemsize(obj, **opts):
    """The bytes of an item of the object."""
    return _referents.item_size(obj)


def flatsize(obj, align=0, **opts):
    """The bytes of the object alone."""
    if align > 1 and align & (align - 1):
        raise ValueError("invalid option: flatsize(align=%r)" % align)
    mask = align - 1 if align > 1 else 0
    return (kind_of(obj).flat(obj) + mask) & ~mask


def _power_above(n):
    return 1 << max(0, n - 1).bit_length()


def leng(obj, **opts):
    """The number of items an object has room for, as Pympler estimates it; None where it has none."""
    t = type(obj)
    if t is int:
        return max(0, (sys.getsizeof(obj) - int.__basicsize__) // int.__itemsize__)
    if t is bool:
        return None
    if t is list:
        n = len(obj)
        return n + 6 + (n >> 3) if n > 8 else n + 4 if n else 0
    if isinstance(obj, dict):
        return 0 if len(obj) < 6 else _power_above(len(obj) + 1)
    if t in (set, frozenset):
        n = len(obj)
        return _power_above(n + n - 2) if n > 8 else 8 if n else 0
    if t is str:
        return len(obj) + 1
    if t in (bytes, tuple):
        return len(obj)
    if t is bytearray:
        return obj.__alloc__()
    if ismodule(obj):
        return len(vars(obj))
    if hasattr(obj, "__length_hint__"):
        return obj.__length_hint__()
    if not _referents.item_size(obj) or t in (type, types.GeneratorType) or (isinstance(obj, tuple) and hasattr(obj, "_fields")):
        return None
    try:
        return len(obj)
    except TypeError:
        return 0


def refs(obj, **opts):
    """The objects that belong to an object."""
    kind = kind_of(obj)
    return (ref for _, ref in kind.refs(obj)) if kind.refs else ()


def named_refs(obj, **opts):
    """(name, object) of what belongs to an object and has a name there."""
    kind = kind_of(obj)
    return [(r.name, r.ref) for r in named(kind, obj) if r.name is not None] if kind.refs else []
