"""What came and went since the last look: by type, or object by object."""
import gc
import inspect

from . import muppy, summary


class SummaryTracker:
    """Compares counts and sizes by type between two moments."""

    def __init__(self, ignore_self=True):
        self.s0 = summary.summarize(muppy.get_objects())
        self.summaries = {}
        self.ignore_self = ignore_self

    def _own(self):
        """The objects that only the stored summaries need."""
        yield self.summaries
        for key, rows in self.summaries.items():
            yield key
            yield rows
            for row in rows:
                yield row
                yield from row

    def create_summary(self):
        """Counts and sizes now, without the summaries stored here."""
        own = list(self._own()) if self.ignore_self else []
        found = summary.summarize(muppy.get_objects())
        held = {}
        for o in own:
            held[id(o)] = held.get(id(o), 0) + 1
        for o in {id(o): o for o in own}.values():
            # its summaries, `own` and the dict iterated hold it; who else does makes it the program's
            if len(gc.get_referrers(o)) <= held[id(o)] + 2:
                summary._subtract(found, o)
        if own:
            summary._subtract(found, own)
        return found

    def diff(self, summary1=None, summary2=None):
        """The rows that differ: since the last call, since `summary1`, or between the two."""
        if summary2 is not None:
            if summary1 is None:
                raise ValueError("You cannot provide summary2 without summary1.")
            return summary._sweep(summary.get_diff(summary1, summary2))
        self.s1 = self.create_summary()
        found = summary.get_diff(self.s0 if summary1 is None else summary1, self.s1)
        self.s0 = self.s1
        return summary._sweep(found)

    def print_diff(self, summary1=None, summary2=None):
        """Print the table of diff."""
        summary.print_(self.diff(summary1=summary1, summary2=summary2))

    def format_diff(self, summary1=None, summary2=None):
        """The lines of the table of diff."""
        return summary.format_(self.diff(summary1=summary1, summary2=summary2))

    def store_summary(self, key):
        """Keep the counts and sizes of now under a key."""
        self.summaries[key] = self.create_summary()


class ObjectTracker:
    """Compares the objects themselves between two moments; it keeps all of them alive."""

    def __init__(self):
        self.o0 = self._get_objects(ignore=(inspect.currentframe(),))

    def _get_objects(self, ignore=()):
        ours = {id(o) for o in (*ignore, ignore, self, vars(self), inspect.currentframe())}
        ours.update(id(vars(self).get(name)) for name in ("o0", "o1") if name in vars(self))
        found = [o for o in muppy.get_objects() if id(o) not in ours and not inspect.isframe(o)]
        return [o for o in found if o is not ours]

    def get_diff(self, ignore=()):
        """{'+': new objects, '-': gone ones} since the last call."""
        self.o1 = self._get_objects(ignore + (inspect.currentframe(),))
        found = muppy.get_diff(self.o0, self.o1)
        self.o0 = self.o1
        return found

    def print_diff(self, ignore=()):
        """Print the tables of get_diff."""
        for line in self.format_diff(ignore + (inspect.currentframe(),)):
            print(line)

    def format_diff(self, ignore=()):
        """The lines of the tables of get_diff."""
        found = self.get_diff(ignore + (inspect.currentframe(),))
        return [
            "Added objects:", *summary.format_(summary.summarize(found["+"])),
            "Removed objects:", *summary.format_(summary.summarize(found["-"])),
        ]
