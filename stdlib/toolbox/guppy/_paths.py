"""How objects are reached: shortest paths from the root, and patterns of referrers."""
from ._names import relations
from ._tables import ROWS, LineTable, Page

_MOST_PATHS = 100


def shortest_paths(use, targets):
    """The texts of all shortest paths from the root to objects."""
    graph = use.graph()
    texts = []
    for o in targets:
        if id(o) in graph.objects:
            texts += _to(graph, o, _MOST_PATHS)
    return texts


def _to(graph, o, limit):
    """Paths to one object, as texts without the root's own."""
    found = ["hp.Root" + name for name in graph.roots.get(id(o), ())]
    if found:
        return found
    distance = graph.distance[id(o)]
    for source in graph.referrers(o):
        if graph.distance[id(source)] != distance - 1:
            continue
        for text in relations(source, o) or ["??"]:
            for before in _to(graph, source, limit - len(found)):
                found.append(before + text)
                if len(found) >= limit:
                    return found
    return found


class Paths(Page):
    """Shortest paths, numbered."""

    def __init__(self, texts):
        self.texts = texts
        super().__init__(LineTable(["%2d: %s" % row for row in enumerate(texts)]), 0, ROWS)

    def __getitem__(self, i):
        return self.texts[i]

    def __len__(self):
        return len(self.texts)


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Row:
    def __init__(self, part, path, depth, index):
        self.part = part
        self.path = path
        self.depth = depth
        self.index = index
        self.ref = None

    def text(self, width):
        head = "%2d: %s " % (self.index, self.path or "_")
        fill = (" " * 100 if self.index & 1 else "-" * 100)[len(head) : 9 + self.depth]
        head = "%s%s %s " % (head, fill, self.ref)
        return head + self.part.summary(width - len(head))


class ReferencePattern(Page):
    """Who refers to the objects of a set, kind by kind, and to those, down to a depth."""

    def __init__(self, use, start, depth, width=80):
        self.lines = []
        self._seen = {}
        self._grow(use, start, "", 0, depth)
        super().__init__(LineTable([row.text(width) for row in self.lines], "Reference Pattern by <[dict of] class>."), 0, ROWS)

    def _grow(self, use, part, path, depth, most):
        row = _Row(part, path, depth, len(self.lines))
        self.lines.append(row)
        if len(self.lines) > 1000:
            row.ref = "[+]"
            return
        key = frozenset(map(id, part.nodes))
        before = self._seen.get(key)
        if before is not None:
            row.ref = "[^ %d]" % before.index
            return
        self._seen[key] = row
        if depth > 0 and all(use.is_stop(o) for o in part.nodes):
            row.ref = "[S]"
        elif depth >= most:
            row.ref = "[+]"
        else:
            row.ref = "[-]" if depth or part.nodes else "[R]"
            for letter, referrers in zip(_LETTERS, part.referrers.parts):
                self._grow(use, referrers, path + letter, depth + 1, most)

    def __getitem__(self, i):
        return self.lines[i].part
