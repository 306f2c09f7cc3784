import gc
import sys

from pympler import refbrowser


def name(o):
    return type(o).__name__


class Leaf:
    __slots__ = ()


def browse(**kw):
    root = Leaf()
    first, second = (root, 1), [root]
    third = {'k': second, 'f': first}
    # only what this function made
    browser = refbrowser.ConsoleBrowser(root, maxdepth=kw.pop('maxdepth', 3), str_func=name, **kw)
    tree = browser.get_tree()
    prune(tree, {id(o) for o in (root, first, second, third)})
    browser.print_tree(tree)
    browser = refbrowser.FileBrowser(root, maxdepth=0, str_func=name)
    browser.print_tree('tree.txt')
    print(open('tree.txt').read(), end='')


def prune(node, wanted):
    node.children = sorted((c for c in node.children if not isinstance(c, str) and id(c.o) in wanted), key=str)
    for child in node.children:
        prune(child, wanted)


browse()
browse(maxdepth=1)
