# Debian: python3-objgraph. Who keeps an object alive.
import gc
import io
import objgraph


class Node:
    def __init__(self, name):
        self.name = name
        self.links = []


gc.collect()
root, leaf = Node("root"), Node("leaf")
root.links.append(leaf)
leaf.links.append(root)
registry = {"kept": root}
print(objgraph.count("Node"), len(objgraph.by_type("Node")), objgraph.typestats([root, leaf, registry, 1]))
print(objgraph.at(id(leaf)) is leaf, objgraph.is_proper_module(objgraph), objgraph.is_proper_module(root))
chain = objgraph.find_backref_chain(leaf, lambda o: o is registry, extra_ignore=[id(globals())])
print([type(o).__name__ for o in chain])
print([type(o).__name__ for o in objgraph.find_ref_chain(registry, lambda o: o is leaf)])
before = {}
objgraph.growth(peak_stats=before)
more = [Node(str(i)) for i in range(25)]
print([row for row in objgraph.growth(peak_stats=before) if row[0] in ("Node",)])
out = io.StringIO()
objgraph.show_most_common_types(limit=2, objects=more + [registry], file=out)
print(out.getvalue())
out = io.StringIO()
objgraph.show_refs([root], max_depth=3, output=out, refcounts=False, shortnames=True)
text = out.getvalue()
print(text.splitlines()[0], text.count(" -> "), 'label="name"' in text or "name" in text)
del more
print(objgraph.count("Node"), len(objgraph.get_leaking_objects([root])))
