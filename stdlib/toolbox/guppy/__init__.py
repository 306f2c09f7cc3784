"""The objects of the heap, by kind, referrers, size: guppy's interface. An installed guppy that can be loaded is used instead.

    from guppy import hpy
    hpy().heap()
"""
import gc
import sys

from . import _kinds, _sets
from ._heap import Graph, _is_ours

__all__ = ["hpy"]
__version__ = "3.1.3"

_DOC = """\
Top level interface to Heapy. Available attributes:
Anything            Rcs                 Via                 iso
Clodo               doc                 load
Id                  Root                dump                heapu
Idset               Size                heap                setref
Module              Type                idset               setrelheap
Nothing             Unity
Use eg: hp.doc.<attribute> for info on <attribute>."""


class Use:
    """What hpy() returns: heap(), iso(), setref() and the divisions into kinds."""

    def __init__(self):
        self._graph = None
        self._reference = frozenset()
        self.Clodo = _kinds.ByClodo(self)
        self.Type = _kinds.ByType(self)
        self.Size = _kinds.BySize(self)
        self.Rcs = _kinds.ByRcs(self)
        self.Via = _kinds.ByVia(self)
        self.Module = _kinds.ByModule(self)
        self.Unity = _kinds.ByUnity(self)
        self.Id = self.Idset = _kinds.ById(self)

    def __repr__(self):
        return "Top level interface to Heapy.\nUse eg: hp.doc for more info on hp."

    @property
    def doc(self):
        return _Text(_DOC)

    @property
    def Nothing(self):
        return _sets.ObjectSet(self, {})

    @property
    def Anything(self):
        return self.Unity(True)

    def graph(self):
        """The traversal that sets are asked about; made anew by heap, iso and setref."""
        if self._graph is None:
            self._graph = Graph()
        return self._graph

    def forget(self):
        self._graph = None

    def is_stop(self, o):
        return _sets.is_module_dict(self, o)

    def kind(self, what):
        """The kind that a kind or a class stands for."""
        if isinstance(what, _kinds.Kind):
            return what
        if isinstance(what, type):
            return self.Clodo(what)
        raise TypeError("can't make a kind of %r" % (what,))

    def heap(self):
        """The objects that the program can reach, made since setref."""
        self.forget()
        objects = self.graph().objects
        return _sets.ObjectSet(self, {i: o for i, o in objects.items() if i not in self._reference})

    def heapu(self, stat=1):
        """The objects that the collector knows and the program cannot reach."""
        self.forget()
        reachable = self.graph().objects
        found = [o for o in gc.get_objects() if id(o) not in reachable and not _is_ours(o)]
        return _sets.ObjectSet(self, found, self.Type)

    def iso(self, *objects):
        """The set of these objects."""
        self.forget()
        return _sets.ObjectSet(self, objects)

    idset = iso

    def setref(self, reachable=None, unreachable=None):
        """From now on heap() shows only objects made since."""
        self.forget()
        self._reference = frozenset(self.graph().objects)
        self.forget()

    setrelheap = setref

    def load(self, file):
        """The statistics that dump wrote last to a file."""
        return _sets.load(file)

    def dump(self, file):
        self.heap().stat.dump(file)

    @property
    def Root(self):
        return sys.modules


class _Text(str):
    def __repr__(self):
        return str(self)


def hpy(ht=None):
    """The interface to the heap."""
    return Use()
