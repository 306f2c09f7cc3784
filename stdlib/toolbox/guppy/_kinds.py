"""Ways to divide objects into kinds: by class or owner of a dict, type, size, referrers, and so on."""
import sys
import types

from ._heap import owner_of_dict
from ._names import brief, brief_of_type, relations, type_name


class Kind:
    """One kind of one division: its key there."""

    def __init__(self, er, key):
        self.er = er
        self.key = key

    @property
    def brief(self):
        return self.er.text(self.key)

    def __eq__(self, other):
        return isinstance(other, Kind) and (self.er.name, self.key) == (other.er.name, other.key)

    def __hash__(self):
        return hash((self.er.name, self.key))

    def __invert__(self):
        return Not(self)

    def __or__(self, other):
        return Either(self, other)

    def holds(self, o):
        return self.er.key(o) == self.key

    def __repr__(self):
        return self.brief


class Not(Kind):
    def __init__(self, kind):
        self.kind = kind
        super().__init__(kind.er, ("not", kind.key))

    brief = property(lambda self: "~(%s)" % self.kind.brief)

    def holds(self, o):
        return not self.kind.holds(o)


class Either(Kind):
    def __init__(self, *kinds):
        self.kinds = kinds
        super().__init__(kinds[0].er, tuple(k.key for k in kinds))

    brief = property(lambda self: "(%s)" % " | ".join(k.brief for k in self.kinds))

    def holds(self, o):
        return any(k.holds(o) for k in self.kinds)


class Division:
    """An equivalence relation of objects: equal keys are one kind."""

    name = header = ""

    def __init__(self, use):
        self.use = use

    def key(self, o):
        raise NotImplementedError

    def text(self, key):
        return str(key)

    def __call__(self, key):
        return Kind(self, key)

    def rank(self, key):
        return self.text(key)

    def __repr__(self):
        return "Equiv. relation <guppy by %s>" % self.name


class ByClodo(Division):
    name, header = "clodo", "Kind (class / dict of class)"

    def key(self, o):
        if type(o) is not dict:
            return type(o)
        owner = owner_of_dict(o, self.use.graph())
        return ("dict", None) if owner is None else ("dict", type(owner))

    def text(self, key):
        if not isinstance(key, tuple):
            return type_name(key)
        return "dict (no owner)" if key[1] is None else "dict of " + type_name(key[1])

    def __call__(self, tc=None, dictof=None):
        if dictof is not None:
            return Kind(self, ("dict", dictof or None))
        return Kind(self, ("dict", None) if tc is dict else tc)

    def idpart(self, key):
        """(header, function) for a table of the objects of a kind."""
        if isinstance(key, tuple):
            if key[1] is None:
                return brief_of_type(dict)
            header, show = brief_of_type(key[1])
            header = "Owner " + header if header != "Address" else "Owner Address"
            return header, lambda o: show(owner_of_dict(o, self.use.graph()))
        return brief_of_type(key)


class ByType(Division):
    name, header = "type", "Type"
    key = staticmethod(type)
    text = staticmethod(type_name)


class BySize(Division):
    name, header = "size", "Individual Size"
    key = staticmethod(sys.getsizeof)

    def text(self, key):
        return "%9d" % key

    def rank(self, key):
        return key


class ByRcs(Division):
    name, header = "rcs", "Referrers by Kind (class / dict of class)"

    def key(self, o):
        clodo = self.use.Clodo
        return frozenset(clodo.text(clodo.key(r)) for r in self.use.graph().referrers(o))

    def text(self, key):
        return ", ".join(sorted(key)) or "<Nothing>"


class ByVia(Division):
    name, header = "via", "Referred Via:"

    def key(self, o):
        return frozenset(text for r in self.use.graph().referrers(o) for text in relations(r, o))

    def text(self, key):
        return ", ".join(sorted(map(repr, key), key=lambda s: s[1:]))


class ByModule(Division):
    name, header = "module", "Module"

    def key(self, o):
        return o.__name__ if type(o) is types.ModuleType else None

    def text(self, key):
        return "~module" if key is None else key


class ByUnity(Division):
    name, header = "unity", "<unclassified>"

    def key(self, o):
        return True

    def text(self, key):
        return "<Anything>"


class ById(Division):
    name, header = "id", "by identity set"
    key = staticmethod(id)

    def text(self, key):
        o = self.use.graph().objects.get(key)
        return hex(key) if o is None else "<1 %s>" % one(self.use, o)


def one(use, o):
    """The kind of an object and its short text."""
    owner = owner_of_dict(o, use.graph()) if type(o) is dict else None
    return "%s: %s" % (use.Clodo.text(use.Clodo.key(o)), brief(o, owner))
