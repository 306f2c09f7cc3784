"""What a ClassTracker gathered: kept in files, sorted, printed."""
import pickle
import sys
from copy import deepcopy

from .asizeof import Asized
from .util.stringutils import pp, pp_timestamp, trunc

_CRITERIA = ("classname", "tsize", "birth", "death", "name", "repr", "size")


def _key(ref):
    return ref.name.split(":")[0]


def _merge(base, other, level=0):
    """Add the sizes of an Asized to another one, part by part."""
    base.size += other.size
    base.flat += other.flat
    if level:
        base.name = _key(base)
    base.refs = list(base.refs)
    known = {_key(ref): ref for ref in base.refs}
    for ref in other.refs:
        key = _key(ref)
        if key in known:
            _merge(known[key], ref, level + 1)
        else:
            base.refs.append(deepcopy(ref))
            base.refs[-1].name = key


class Stats:
    """The tracked objects and snapshots of a tracker, or of a file that dump_stats wrote."""

    def __init__(self, tracker=None, filename=None, stream=None):
        self.stream = stream or sys.stdout
        self.tracker = tracker
        self.index = tracker.index if tracker else {}
        self.snapshots = tracker.snapshots if tracker else []
        self.history = tracker.history if tracker else {}
        self.sorted = []
        if filename:
            self.load_stats(filename)

    def load_stats(self, fdump):
        """Read what dump_stats wrote."""
        f = open(fdump, "rb") if isinstance(fdump, str) else fdump
        self.index = pickle.load(f)
        self.snapshots = pickle.load(f)
        self.sorted = []

    def dump_stats(self, fdump, close=True):
        """Write all to a file."""
        if self.tracker:
            self.tracker.stop_periodic_snapshots()
        f = open(fdump, "wb") if isinstance(fdump, str) else fdump
        pickle.dump(dict(self.index), f, protocol=pickle.HIGHEST_PROTOCOL)
        pickle.dump(self.snapshots, f, protocol=pickle.HIGHEST_PROTOCOL)
        if close:
            f.close()

    def _collect(self):
        if self.sorted:
            return
        largest = max(self.snapshots, key=lambda s: s.tracked_total, default=None)
        for classname, tracked in self.index.items():
            for t in tracked:
                t.classname = classname
                t.size = t.get_max_size()
                t.tsize = t.get_size_at_time(largest.timestamp) if largest else 0
            self.sorted.extend(tracked)

    def sort_stats(self, *args):
        """Sort the objects by criteria; sizes with the largest first."""
        if not set(_CRITERIA).issuperset(args):
            raise ValueError("Invalid sort criteria")
        self._collect()

        def key(t):
            values = ((name, getattr(t, name, "")) for name in args or _CRITERIA)
            return tuple(-int(v) if n in ("tsize", "size") else float("inf") if v is None else v for n, v in values)

        self.sorted.sort(key=key)
        return self

    def reverse_order(self):
        self._collect()
        self.sorted.reverse()
        return self

    def annotate(self):
        """Add sums by class to all snapshots."""
        for snapshot in self.snapshots:
            self.annotate_snapshot(snapshot)

    def annotate_snapshot(self, snapshot):
        """Sums by class of a snapshot."""
        if snapshot.classes is None:
            snapshot.classes = {name: self._sum(snapshot, tracked) for name, tracked in self.index.items()}
        return snapshot.classes

    def _sum(self, snapshot, tracked):
        now = snapshot.timestamp
        merged = Asized(0, 0)
        for t in tracked:
            for timestamp, size in t.snapshots:
                if timestamp == now and size:
                    _merge(merged, size)
        total = sum(t.get_size_at_time(now) for t in tracked)
        active = sum(1 for t in tracked if t.birth < now and (t.death is None or t.death > now))
        return {
            "sum": total, "avg": total / active if active else 0, "active": active, "merged": merged,
            "pct": total * 100.0 / snapshot.total if snapshot.total else 0,
        }

    @property
    def tracked_classes(self):
        return sorted(self.index)


class ConsoleStats(Stats):
    """Prints to the terminal."""

    def _print_refs(self, refs, total, prefix="    ", level=1, minsize=0, minpct=0.1):
        for ref in sorted(refs, key=lambda r: r.size)[::-1]:
            share = ref.size * 100.0 / total
            if ref.size > minsize and share > minpct:
                self.stream.write("%-50s %-14s %3d%% [%d]\n" % (trunc(prefix + str(ref.name), 50), pp(ref.size), int(share), level))
                self._print_refs(ref.refs, total, prefix=prefix + "  ", level=level + 1)

    def print_object(self, tobj):
        """Print what is known of an object."""
        write = self.stream.write
        name = trunc(tobj.name, 32, left=True)
        if tobj.death:
            write("%-32s ( free )   %-35s\n" % (name, trunc(tobj.repr, 35)))
        else:
            write("%-32s 0x%08x %-35s\n" % (name, tobj.id, trunc(tobj.repr, 35)))
        for file, line, function, source, *_ in tobj.trace or ():
            for text in source or ():
                write("    " + text.strip() + "\n")
            write("  %s:%4d in %s\n" % (file, line, function))
        for timestamp, size in tobj.snapshots:
            write("  %-30s %s\n" % (pp_timestamp(timestamp), pp(size.size)))
            self._print_refs(size.refs, size.size)
        if tobj.death is not None:
            write("  %-30s finalize\n" % pp_timestamp(tobj.death))

    def print_stats(self, clsname=None, limit=1.0):
        """Print the objects: `limit` of them, below 1 that part of them."""
        if self.tracker:
            self.tracker.stop_periodic_snapshots()
        if not self.sorted:
            self.sort_stats()
        shown = [t for t in self.sorted if clsname in t.classname] if clsname else self.sorted
        if limit < 1.0:
            limit = max(1, int(len(self.sorted) * limit))
        for t in shown[: int(limit)]:
            self.print_object(t)

    def print_summary(self):
        """Print sums by class of each snapshot."""
        write = self.stream.write
        write("---- SUMMARY " + "-" * 66 + "\n")
        for snapshot in self.snapshots:
            classes = self.annotate_snapshot(snapshot)
            write("%-35s %11s %12s %12s %5s\n" % (trunc(snapshot.desc, 35), "active", pp(snapshot.asizeof_total), "average", "pct"))
            for name in self.tracked_classes:
                c = classes[name]
                write("  %-33s %11d %12s %12s %4d%%\n" % (trunc(name, 33), c["active"], pp(c["sum"]), pp(c["avg"]), c["pct"]))
        write("-" * 79 + "\n")
