"""The objects that a program can reach, without those of this package."""
import gc
import os
import sys
import types

from ._names import dict_of, referents

_FRAMES_DEPTH = 1 << 30
_HERE = os.path.dirname(__file__)


def _is_ours(o):
    t = type(o)
    if t is types.FrameType:
        return o.f_code.co_filename.startswith(_HERE)
    if t is types.CodeType:
        return o.co_filename.startswith(_HERE)
    if t is types.ModuleType:
        return _named_ours(o.__name__)
    if t is types.FunctionType or isinstance(o, type):
        return _named_ours(getattr(o, "__module__", None))
    return _named_ours(getattr(t, "__module__", None))


def _named_ours(name):
    return isinstance(name, str) and (name == "guppy" or name.startswith("guppy."))


class Root:
    """Where a program's objects hang from: modules, and the frames of threads."""

    def modules(self):
        """(name, object) of what is there whatever runs."""
        yield ".i0_modules", sys.modules
        yield ".i0_builtins", sys.modules["builtins"].__dict__

    def frames(self):
        """(name, frame) of what runs now."""
        for thread, frame in sys._current_frames().items():
            found = []
            while frame is not None:
                if not _is_ours(frame):
                    found.append(frame)
                frame = frame.f_back
            for n, frame in enumerate(reversed(found)):
                yield ".t%d_f%d" % (thread, n), frame


class Graph:
    """A traversal from the root: objects by id, who refers to them, and whose attributes dicts hold."""

    def __init__(self, avoid=()):
        gc.collect()
        self.objects = {}
        self.owners = {}
        self.distance = {}
        self.roots = {}
        avoid = set(avoid)
        # frames second, and farther: a global is reached through its module rather than through who runs there
        for start, depth in ((Root().modules(), 1), (Root().frames(), _FRAMES_DEPTH)):
            level = []
            for name, o in start:
                if id(o) not in avoid:
                    self.roots.setdefault(id(o), []).append(name)
                    self._enter(o, depth, level)
            self._spread(level, depth, avoid)
        self._referrers = None

    def _spread(self, level, depth, avoid):
        while level:
            depth += 1
            below = []
            for o in level:
                owned = dict_of(o)
                if owned is not None:
                    self.owners[id(owned)] = o
                for r in referents(o):
                    if id(r) not in self.objects and id(r) not in avoid and not _is_ours(r):
                        self._enter(r, depth, below)
            level = below

    def _enter(self, o, depth, level):
        if id(o) not in self.objects:
            self.objects[id(o)] = o
            self.distance[id(o)] = depth
            level.append(o)

    def referrers(self, o):
        """The reachable objects that refer to an object."""
        if self._referrers is None:
            found = self._referrers = {}
            for source in self.objects.values():
                for r in {id(r): r for r in referents(source)}:
                    found.setdefault(r, []).append(source)
        return self._referrers.get(id(o), [])


def owner_of_dict(d, graph):
    """The object whose attributes a dict holds."""
    owner = graph.owners.get(id(d))
    if owner is None and id(d) not in graph.objects:
        owner = next((r for r in gc.get_referrers(d) if not _is_ours(r) and dict_of(r) is d), None)
    return owner
