"""Sets of objects, what can be asked of them, and their statistics."""
import pickle
import sys

from ._kinds import Kind, one
from ._names import brief, referents, relations
from ._heap import Graph, _is_ours, owner_of_dict
from ._paths import Paths, ReferencePattern, shortest_paths
from ._tables import ROWS, IdTable, KindTable, LineTable, Page


class Shown:
    """What is printed as a table of ten rows, with `more` and `all`."""

    def _table(self):
        raise NotImplementedError

    def __repr__(self):
        return repr(Page(self._table(), 0, ROWS))

    @property
    def more(self):
        """The rows after the first ten."""
        return Page(self._table(), ROWS, 2 * ROWS)

    @property
    def all(self):
        """All rows."""
        return Page(self._table(), 0, None)


class ObjectSet(Shown):
    """A set of objects, divided into kinds."""

    def __init__(self, use, objects, er=None):
        self.use = use
        self._objects = objects if isinstance(objects, dict) else {id(o): o for o in objects}
        self.er = er or use.Clodo
        self._parted = None

    # as a set

    @property
    def nodes(self):
        """The objects."""
        return list(self._objects.values())

    @property
    def count(self):
        """How many objects."""
        return len(self._objects)

    @property
    def size(self):
        """The bytes of the objects, each alone."""
        return sum(map(sys.getsizeof, self._objects.values()))

    indisize = size

    @property
    def theone(self):
        """The only object of the set."""
        if len(self._objects) != 1:
            raise ValueError("theone requires a singleton set")
        return next(iter(self._objects.values()))

    def _new(self, objects):
        return ObjectSet(self.use, objects, self.er)

    def _test(self, other):
        """A function that tells whether `other`, a set, a kind or a class, has an object."""
        if isinstance(other, ObjectSet):
            return lambda o: id(o) in other._objects
        return self.use.kind(other).holds

    def __and__(self, other):
        test = self._test(other)
        return self._new({i: o for i, o in self._objects.items() if test(o)})

    __rand__ = __and__

    def __sub__(self, other):
        test = self._test(other)
        return self._new({i: o for i, o in self._objects.items() if not test(o)})

    def __or__(self, other):
        return self._new({**self._objects, **other._objects})

    def __xor__(self, other):
        return (self - other) | (other - self)

    def __eq__(self, other):
        return isinstance(other, ObjectSet) and self._objects.keys() == other._objects.keys()

    __hash__ = None

    def __le__(self, other):
        return all(map(self._test(other), self._objects.values()))

    def __lt__(self, other):
        return self <= other and self != other

    def __ge__(self, other):
        return other <= self

    def __gt__(self, other):
        return other < self

    def __contains__(self, o):
        return id(o) in self._objects

    def __bool__(self):
        return bool(self._objects)

    def disjoint(self, other):
        return not self & other

    # kinds

    def by(self, er):
        """The same objects, divided another way."""
        return ObjectSet(self.use, self._objects, er if er != "Clodo" else self.use.Clodo)

    bytype = property(lambda self: self.by(self.use.Type))
    byclodo = property(lambda self: self.by(self.use.Clodo))
    byrcs = property(lambda self: self.by(self.use.Rcs))
    bysize = property(lambda self: self.by(self.use.Size))
    byvia = property(lambda self: self.by(self.use.Via))
    bymodule = property(lambda self: self.by(self.use.Module))
    byunity = property(lambda self: self.by(self.use.Unity))
    byidset = property(lambda self: self.by(self.use.Idset))
    byid = property(lambda self: IdSet(self.use, self._objects))

    @property
    def parts(self):
        """A set for each kind, the largest first."""
        if self._parted is None:
            groups = {}
            for i, o in self._objects.items():
                groups.setdefault(self.er.key(o), {})[i] = o
            sized = [(sum(map(sys.getsizeof, g.values())), key, g) for key, g in groups.items()]
            sized.sort(key=lambda row: (-row[0], self.er.rank(row[1])))
            self._parted = [(key, size, self._new(g)) for size, key, g in sized]
        return [part for _, _, part in self._parted]

    def __len__(self):
        return len(self.parts)

    def __iter__(self):
        return iter(self.parts)

    def __getitem__(self, i):
        if isinstance(i, slice):
            found = {}
            for part in self.parts[i]:
                found.update(part._objects)
            return self._new(found)
        return self.parts[i]

    @property
    def partition(self):
        return self

    @property
    def kind(self):
        """The kind of all the objects."""
        kinds = [Kind(self.er, self.er.key(part.nodes[0])) for part in self.parts]
        if len(kinds) == 1:
            return kinds[0]
        from ._kinds import Either

        return Either(*sorted(kinds, key=lambda k: k.brief))

    def _rows(self):
        self.parts
        return [(self.er.text(key), part.count, size) for key, size, part in self._parted]

    def _table(self):
        return KindTable(self._rows(), self.er.header)

    def __repr__(self):
        return super().__repr__() if self._objects else "<Nothing>"

    def __str__(self):
        return repr(self)

    def summary(self, width=80):
        """Count, kind and some of the objects, in so many characters."""
        clodo = self.byclodo
        if len(clodo) > 1:
            kinds = " | ".join(sorted(clodo.er.text(key) for key, _, _ in clodo._parted))
            parts = sorted(clodo.parts, key=lambda part: part.kind.brief)
            text = "%d (%s): %s" % (self.count, kinds, " | ".join(part.brief for part in parts))
        else:
            label, rows = clodo.byid._shown()
            text = "%d %s: %s" % (self.count, label, ", ".join(t for t, _ in rows[:20]))
        return text if len(text) <= width else text[: width - 3] + "..."

    @property
    def brief(self):
        """A short text of the set."""
        if not self._objects:
            return "<Nothing>"
        return "<%s>" % self.summary(78)

    # references

    @property
    def referrers(self):
        """The objects that refer to these."""
        graph = self.use.graph()
        return self._new([r for o in self._objects.values() for r in graph.referrers(o)])

    @property
    def referents(self):
        """The objects that these refer to."""
        return self._new([r for o in self._objects.values() for r in referents(o) if not _is_ours(r)])

    @property
    def dominos(self):
        """The objects that would be gone without these."""
        self.use.forget()
        whole, without = self.use.graph(), Graph(avoid=self._objects)
        return self._new({i: o for i, o in whole.objects.items() if i not in without.objects})

    @property
    def domisize(self):
        """The bytes that would be gone without these objects."""
        return self.dominos.size

    @property
    def shpaths(self):
        """The shortest paths from the root to the objects."""
        return Paths(shortest_paths(self.use, self._objects.values()))

    sp = shpaths

    def get_shpaths(self, *_, **__):
        return self.shpaths

    @property
    def pathsin(self):
        """The references to the objects."""
        graph = self.use.graph()
        found = [(r, text) for o in self._objects.values() for r in graph.referrers(o) for text in relations(r, o) or ["??"]]
        found.sort(key=lambda row: -sys.getsizeof(row[0]))
        return Paths(["<1 %s>%s" % (one(self.use, r), text) for r, text in found])

    @property
    def pathsout(self):
        """The references of the objects."""
        found = [(r, text) for o in self._objects.values() for r in referents(o) for text in relations(o, r) or ["??"]]
        return Paths(["%s <1 %s>" % (text, one(self.use, r)) for r, text in found])

    @property
    def rp(self):
        """Who refers to the objects, kind by kind."""
        return self.get_rp()

    def get_rp(self, depth=7, **_):
        return ReferencePattern(self.use, self.byclodo, depth)

    # statistics

    @property
    def stat(self):
        """Counts and sizes by kind, which hold no objects."""
        return Stat(self._rows(), self.er.header)

    def dump(self, file):
        """Write the statistics to a file."""
        self.stat.dump(file)


class IdSet(ObjectSet):
    """A set of objects shown one by one, the largest first."""

    def __init__(self, use, objects):
        super().__init__(use, objects, use.Id)

    @property
    def parts(self):
        return [self._new([o]) for o in self._sorted()]

    def _new(self, objects):
        return ObjectSet(self.use, objects)

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        ranked = self._sorted()
        return self._new(ranked[i] if isinstance(i, slice) else [ranked[i]])

    def _sorted(self):
        texts = {id(o): brief(o) if isinstance(o, (str, bytes)) else id(o) for o in self._objects.values()}
        return sorted(self._objects.values(), key=lambda o: (-sys.getsizeof(o), str(type(o)), texts[id(o)]))

    def _shown(self):
        clodo = self.use.Clodo
        keys = {clodo.key(o) for o in self._objects.values()}
        ranked = self._sorted()
        if len(keys) == 1:
            key = next(iter(keys))
            self._header, show = clodo.idpart(key)
            return clodo.text(key), [(show(o), sys.getsizeof(o)) for o in ranked]
        self._header = "Brief"
        return "mixed", [(one(self.use, o), sys.getsizeof(o)) for o in ranked]

    def _table(self):
        label, rows = self._shown()
        return IdTable(rows, label, self._header)


class Stat(Shown):
    """Counts and sizes by kind: rows (text, count, size)."""

    def __init__(self, rows, header):
        self.rows = rows
        self.header = header
        self.count = sum(r[1] for r in rows)
        self.size = sum(r[2] for r in rows)

    def _table(self):
        return KindTable(self.rows, self.header)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        return Stat(self.rows[i] if isinstance(i, slice) else [self.rows[i]], self.header)

    def __sub__(self, other):
        return StatDiff(self, other)

    def dump(self, file):
        """Write to a file, for hpy().load."""
        f = open(file, "ab") if isinstance(file, str) else file
        pickle.dump(("moult-guppy-stat", self.rows, self.header), f)
        if f is not file:
            f.close()


class StatDiff(Shown):
    """The difference of two statistics."""

    def __init__(self, a, b):
        self.a, self.b = a, b
        rows = {text: [count, size] for text, count, size in a.rows}
        for text, count, size in b.rows:
            row = rows.setdefault(text, [0, 0])
            row[0] -= count
            row[1] -= size
        self.header = a.header
        self.rows = sorted(
            ((text, count, size) for text, (count, size) in rows.items() if count or size), key=lambda r: (-abs(r[2]), r[0])
        )
        self.count, self.size = a.count - b.count, a.size - b.size

    def _share(self, size):
        return size * 100.0 / (self.b.size or 1)

    def _table(self):
        lines, total = [], 0
        for i, (text, count, size) in enumerate(self.rows):
            total += size
            lines.append("%6d %6d %8d %9d %9.3g %s" % (i, count, size, total, self._share(total), text))
        title = "\n".join(
            [
                "Summary of difference operation (A-B).",
                "        Count     Size",
                "  A    %6d %8d" % (self.a.count, self.a.size),
                "  B    %6d %8d" % (self.b.count, self.b.size),
                "  A-B  %6d %8d  = %9.3g %% of B" % (self.count, self.size, self._share(self.size)),
                "",
                "Differences by kind, largest absolute size diffs first.",
                " Index  Count     Size  Cumulative  %% of B %s" % self.header,
            ]
        )
        return LineTable(lines, title)


def load(file):
    """The statistics that dump wrote last."""
    found = None
    with open(file, "rb") as f:
        while True:
            try:
                found = pickle.load(f)
            except EOFError:
                break
            except Exception:  # whatever foreign bytes make of pickle
                raise ValueError("%s is no file of statistics" % file) from None
    if not isinstance(found, tuple) or found[:1] != ("moult-guppy-stat",):
        raise ValueError("%s is no file of statistics" % file)
    return Stat(found[1], found[2])


def is_module_dict(use, o):
    owner = owner_of_dict(o, use.graph()) if type(o) is dict else None
    return type(owner) is type(sys)
