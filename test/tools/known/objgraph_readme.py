import io
import random
import re
import types

import objgraph


class MyBigFatObject(object):
    pass


class Holder:
    __slots__ = ('it',)


def computate_something(_cache={}):
    _cache[42] = dict(foo=MyBigFatObject(), bar=MyBigFatObject())
    # a very explicit and easy-to-find "leak" but oh well
    x = MyBigFatObject()  # this one doesn't leak


ours = lambda o: type(o).__module__ == '__main__'
objgraph.show_growth(limit=3, filter=ours)
computate_something()
objgraph.show_growth(filter=ours)
print(objgraph.growth(filter=ours), objgraph.count('MyBigFatObject'), objgraph.count('__main__.MyBigFatObject'))
x = []
y = [x, [x], dict(x=x)]
objgraph.show_refs([y], filename='sample-graph.dot')
print(open('sample-graph.dot').read())
# whose order depends on the collections before: functions
objgraph.show_backrefs([x], filename='sample-backref-graph.dot', filter=lambda o: not isinstance(o, types.FunctionType))
print(open('sample-backref-graph.dot').read())
chain = objgraph.find_backref_chain(objgraph.by_type('MyBigFatObject')[0], objgraph.is_proper_module)
print([type(o).__name__ for o in chain])
objgraph.show_chain(chain, filename='chain.dot')
print(open('chain.dot').read())
print([type(o).__name__ for o in objgraph.find_ref_chain(y, lambda o: o is x)])


class Node:
    def __del__(self):
        pass


n = Node()
n.many = [(i, n) for i in range(14)]
h = Holder()
h.it = lambda: n
out = io.StringIO()
objgraph.show_refs([n, h], output=out, max_depth=3, too_many=5, shortnames=False, extra_info=lambda o: type(o).__name__,
                   highlight=lambda o: isinstance(o, tuple), extra_node_attrs=lambda o: {'URL': 'x'})
print(out.getvalue())
out = io.StringIO()
objgraph.show_backrefs(n, output=out, max_depth=1, too_many=3, refcounts=True, filter=lambda o: type(o) in (tuple, list, dict))
print(out.getvalue())
objs = [1, 'a', [], (), [1], {}]
print(objgraph.typestats(objs), objgraph.most_common_types(2, objs), objgraph.typestats(objs, shortnames=False))
objgraph.show_most_common_types(limit=3, objects=objs)
print(objgraph.by_type('list', objs), objgraph.at(id(y)) is y, y in objgraph.at_addrs({id(y)}))
print(len(objgraph.get_leaking_objects([x, y])), objgraph.is_proper_module(re), objgraph.is_proper_module(n))
objgraph.get_new_ids(limit=0)
objgraph.get_new_ids(limit=0)
fresh = [Holder() for _ in range(7)]
new = objgraph.get_new_ids(limit=0)
print(len(new['Holder']), sorted(id(o) for o in fresh) == sorted(new['Holder']), objgraph.get_new_ids(skip_update=True) is new)
try:
    objgraph.show_refs(x, filename='a', output=out)
except ValueError as e:
    print(e)
