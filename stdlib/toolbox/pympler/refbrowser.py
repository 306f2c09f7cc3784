"""Trees of what refers to an object, as text."""
import gc
import inspect
import sys

from . import summary


class _Node:
    """An object in a tree, and what refers to it."""

    __slots__ = ("o", "children", "str_func")

    def __init__(self, o, str_func=None):
        self.o = o
        self.children = []
        self.str_func = str_func

    def __str__(self):
        return str(self.o) if self.str_func is None else self.str_func(self.o)


class RefBrowser:
    """Collects the tree of referrers of an object."""

    def __init__(self, rootobject, maxdepth=3, str_func=summary._repr, repeat=True, stream=None):
        self.root = rootobject
        self.maxdepth = maxdepth
        self.str_func = str_func
        self.repeat = repeat
        self.stream = stream
        self.ignore = []
        self.already_included = set()
        self.ignore.append(self.already_included)

    def get_tree(self):
        """The tree of the root object."""
        self.ignore.append(inspect.currentframe())
        return self._get_tree(self.root, self.maxdepth)

    def _is_ours(self, o):
        return isinstance(o, (_Node, RefBrowser)) or any(o is i for i in self.ignore) or o is vars(self)

    def _get_tree(self, root, maxdepth):
        referrers = gc.get_referrers(root)
        node = _Node(root, self.str_func)
        self.already_included.add(id(root))
        if maxdepth == 0:
            return node
        self.ignore += [inspect.currentframe(), referrers]
        for o in referrers:
            if not self.repeat and id(o) in self.already_included:
                node.children.append("%s (already included, id %s)" % (self.str_func(o), id(o)))
            elif not self._is_ours(o):
                node.children.append(self._get_tree(o, maxdepth - 1))
        return node


class StreamBrowser(RefBrowser):
    """Prints the tree to a stream, with lines drawn by these characters."""

    hline = "-"
    vline = "|"
    cross = "+"
    space = " "

    def print_tree(self, tree=None):
        """Print the tree of the root object."""
        self._print(self.get_tree() if tree is None else tree, "", "")

    def _print(self, tree, prefix, below):
        """Print a node and its branches: `prefix` is what its line starts with, `below` what those under it do."""
        level = prefix.count(self.cross) + prefix.count(self.vline)
        children = tree.children if isinstance(tree, _Node) else []
        text = str(tree)
        prefix += text
        below += self.space * len(text)
        if level == self.maxdepth or not children:
            self.stream.write(prefix + "\n")
            return
        prefix += self.hline
        below += self.space
        if len(children) > 1:
            prefix += self.cross
            below += self.vline
        self._print(children[0], prefix + self.hline, below + self.space)
        below += self.space
        for i, child in enumerate(children[1:], 2):
            prefix = below[:-2] + self.cross + self.hline
            if i == len(children):
                below = below[:-2] + 2 * self.space
            self._print(child, prefix, below)
        if len(children) > 1 and below.strip(" "):
            self.stream.write(below[:-2].rstrip() + "\n")


class ConsoleBrowser(StreamBrowser):
    """Prints the tree to the terminal."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.stream:
            self.stream = sys.stdout


class FileBrowser(StreamBrowser):
    """Prints the tree to a file."""

    def print_tree(self, filename, tree=None):
        before = self.stream
        with open(filename, "w") as self.stream:
            super().print_tree(tree=tree)
        self.stream = before
