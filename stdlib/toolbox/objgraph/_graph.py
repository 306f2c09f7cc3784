"""Chains of references, and drawings of them."""
import gc
import inspect
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections import deque

from ._names import edge_label, is_a, is_proper_module, namer, quote, safe_repr


def find_ref_chain(obj, predicate, max_depth=20, extra_ignore=()):
    """A shortest chain of references from `obj` to an object that the predicate accepts; [obj] without one."""
    return _find_chain(obj, predicate, gc.get_referents, max_depth, extra_ignore)[::-1]


def find_backref_chain(obj, predicate, max_depth=20, extra_ignore=()):
    """A shortest chain of references to `obj` from an object that the predicate accepts; [obj] without one."""
    return _find_chain(obj, predicate, gc.get_referrers, max_depth, extra_ignore)


def _find_chain(obj, predicate, neighbours, max_depth, extra_ignore):
    queue = deque([obj])
    came_from = {id(obj): (None, 0)}
    # what this search itself holds is no part of the program
    ignore = set(extra_ignore)
    ignore.update(map(id, (extra_ignore, queue, came_from, ignore, sys._getframe(), sys._getframe(1))))
    gc.collect()
    while queue:
        target = queue.popleft()
        if predicate(target):
            chain = []
            while target is not None:
                chain.append(target)
                target = came_from[id(target)][0]
            return chain
        depth = came_from[id(target)][1]
        if depth >= max_depth:
            continue
        found = neighbours(target)
        ignore.add(id(found))
        for other in found:
            if id(other) in ignore or id(other) in came_from:
                continue
            step = (target, depth + 1)
            ignore.add(id(step))
            came_from[id(other)] = step
            queue.append(other)
    return [obj]


def show_backrefs(
    objs, max_depth=3, extra_ignore=(), filter=None, too_many=10, highlight=None, filename=None, extra_info=None,
    refcounts=False, shortnames=True, output=None, extra_node_attrs=None,
):
    """Draw what refers to objects, directly and indirectly, to a file (its ending says the format) or a stream."""
    look = _Look(max_depth, filter, too_many, highlight, extra_info, refcounts, shortnames, extra_node_attrs)
    return _show_graph(objs, look, extra_ignore, filename, output, backwards=True)


def show_refs(
    objs, max_depth=3, extra_ignore=(), filter=None, too_many=10, highlight=None, filename=None, extra_info=None,
    refcounts=False, shortnames=True, output=None, extra_node_attrs=None,
):
    """Draw what objects refer to, directly and indirectly, to a file (its ending says the format) or a stream."""
    look = _Look(max_depth, filter, too_many, highlight, extra_info, refcounts, shortnames, extra_node_attrs)
    return _show_graph(objs, look, extra_ignore, filename, output, backwards=False)


def show_chain(*chains, backrefs=True, **kw):
    """Draw chains of references that find_ref_chain or find_backref_chain found."""
    chains = [chain for chain in chains if chain]
    ids = set(map(id, itertools.chain(*chains)))
    depth = max(map(len, chains)) - 1
    in_chains = lambda x: id(x) in ids
    if backrefs:
        show_backrefs([chain[-1] for chain in chains], max_depth=depth, filter=in_chains, **kw)
    else:
        show_refs([chain[0] for chain in chains], max_depth=depth, filter=in_chains, **kw)


def _node(obj):
    return ("o%d" % id(obj)).replace("-", "_")


class _Look:
    """How far a drawing goes, and how its boxes look."""

    def __init__(self, max_depth, filter, too_many, highlight, extra_info, refcounts, shortnames, extra_node_attrs):
        self.max_depth = max_depth
        self.filter = filter
        self.too_many = too_many
        self.highlight = highlight
        self.extra_info = extra_info
        self.refcounts = refcounts
        self.shortnames = shortnames
        self.extra_node_attrs = extra_node_attrs

    def value(self, depth):
        """The brightness of a box: 1 to 0.3, the further the darker."""
        f = depth / self.max_depth if self.max_depth else 0
        return (1 - f) + 0.3 * f

    def label(self, obj):
        lines = [namer(self.shortnames)(obj)]
        if self.refcounts:
            lines[0] += " [%d]" % (sys.getrefcount(obj) - 5)  # not those of our own calls
        lines.append(safe_repr(obj))
        if self.extra_info:
            lines.append(str(self.extra_info(obj)))
        return quote("\n".join(lines))

    def box(self, obj, depth):
        node = _node(obj)
        attrs = self.extra_node_attrs(obj) if self.extra_node_attrs else {}
        extra = "".join(', %s="%s"' % (k, quote(v)) for k, v in sorted(attrs.items()) if v is not None)
        yield '%s[label="%s"%s];' % (node, self.label(obj), extra)
        h, s, v = 0, 0, self.value(depth)
        if inspect.ismodule(obj):
            h, s = 0.3, 1
        if self.highlight and self.highlight(obj):
            h, s, v = 0.6, 0.6, 0.5 + v * 0.5
        yield '%s[fillcolor="%g,%g,%g"];' % (node, h, s, v)
        if v < 0.5:
            yield "%s[fontcolor=white];" % node
        if hasattr(getattr(obj, "__class__", None), "__del__"):
            yield "%s->%s_has_a_del[color=red,style=dotted,len=0.25,weight=10];" % (node, node)
            yield (
                '%s_has_a_del[label="__del__",shape=doublecircle,height=0.25,color=red,fillcolor="0,.5,1",fontsize=6];' % node
            )

    def more(self, obj, skipped, depth, backwards):
        node = _node(obj)
        ends = ("too_many_%s->%s" if backwards else "%s->too_many_%s") % (node, node)
        yield "%s[color=red,style=dotted,len=0.25,weight=10];" % ends
        label = "%d more %s" % (skipped, "backreferences" if backwards else "references")
        yield 'too_many_%s[label="%s",shape=box,height=0.25,color=red,fillcolor="%g,%g,%g",fontsize=6];' % (
            node, label, 0, 1, self.value(depth)
        )
        yield "too_many_%s[fontcolor=white];" % node


def _lines(objs, look, ignore, backwards):
    """The statements of the drawing, and at the end how many objects it has."""
    for obj in objs:
        yield "%s[fontcolor=red];" % _node(obj)
    queue = deque(objs)
    depths = {id(obj): 0 for obj in objs}
    ignore.update(map(id, (queue, depths, sys._getframe(), sys._getframe().f_locals)))
    obj = None
    gc.collect()
    nodes = 0
    while queue:
        nodes += 1
        target = queue.popleft()
        depth = depths[id(target)]
        yield from look.box(target, depth)
        if depth >= look.max_depth or (backwards and is_proper_module(target)):
            continue
        found = gc.get_referrers(target) if backwards else gc.get_referents(target)
        ignore.add(id(found))
        drawn = skipped = 0
        for other in found:
            if id(other) in ignore or (look.filter and not look.filter(other)):
                continue
            if drawn >= look.too_many:
                skipped += 1
                continue
            source, end = (other, target) if backwards else (target, other)
            yield "%s -> %s%s;" % (_node(source), _node(end), edge_label(source, end, look.shortnames))
            if id(other) not in depths:
                depths[id(other)] = depth + 1
                queue.append(other)
            drawn += 1
            other = None
        found = None
        if skipped:
            yield from look.more(target, skipped, depth + 1, backwards)
    return nodes


def _write(f, objs, look, ignore, backwards):
    f.write("digraph ObjectGraph {\n  node[shape=box, style=filled, fillcolor=white];\n")
    ignore.update((id(sys._getframe()), id(sys._getframe(1)), id(sys._getframe(2))))
    statements = _lines(objs, look, ignore, backwards)
    ignore.add(id(statements))
    while True:
        try:
            f.write("  %s\n" % next(statements))
        except StopIteration as end:
            f.write("}\n")
            return end.value


def _show_graph(objs, look, extra_ignore, filename, output, backwards):
    if not is_a(objs, (list, tuple)):
        objs = [objs]
    if filename and output:
        raise ValueError("Cannot specify both output and filename.")
    ignore = set(extra_ignore)
    ignore.update(map(id, (objs, extra_ignore, ignore, look)))
    if output:
        _write(output, objs, look, ignore, backwards)
        return
    if filename and filename.endswith(".dot"):
        dot_filename = filename
    else:
        fd, dot_filename = tempfile.mkstemp(prefix="objgraph-", suffix=".dot", text=True)
        os.close(fd)
    with open(dot_filename, "w", encoding="utf-8") as f:
        nodes = _write(f, objs, look, ignore, backwards)
    print("Graph written to %s (%d nodes)" % (dot_filename, nodes))
    if filename != dot_filename:
        _present(dot_filename, filename)


_OWN_FORMATS = ("svg", "json", "plain", "xdot", "canon", "imap", "cmapx")
_NOT_INSTALLED = 3


def _draw(dot_filename, filename):
    """Turn a .dot file into another format. Returns the command where it failed, None where nothing can draw it."""
    kind = os.path.splitext(filename)[1][1:]
    if kind in _OWN_FORMATS:
        import _moult_tools

        script = os.path.join(os.path.dirname(os.path.dirname(__file__)), "_dot.mjs")
        command = [_moult_tools.node_executable(), script, kind, dot_filename, filename]
        status = subprocess.run(command, check=False).returncode
        if status != _NOT_INSTALLED:
            return status, command
    if shutil.which("dot"):
        command = ["dot", "-T" + kind, "-o" + filename, dot_filename]
        return subprocess.run(command, check=False).returncode, command
    return None


def _present(dot_filename, filename):
    if not filename and shutil.which("xdot"):
        print("Spawning graph viewer (xdot)")
        subprocess.Popen(["xdot", dot_filename], close_fds=True)
        return
    if not filename:
        print("Graph viewer (xdot) not found, generating an svg instead")
        filename = dot_filename[: -len(".dot")] + ".svg"
    drawn = _draw(dot_filename, filename)
    if drawn is None:
        print("Image renderer (dot) not found, not doing anything else")
    elif drawn[0] != 0:
        print('dot failed (exit code %d) while executing "%s"' % (drawn[0], " ".join(drawn[1])))
    else:
        print("Image generated as %s" % filename)
