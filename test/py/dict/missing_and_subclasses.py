class D(dict):
    def __missing__(self, k):
        return f"<{k}>"
d = D(a=1); print(d["a"], d["z"], d.get("z"), "z" in d, d, type(d.copy()), type(d | {}), D.fromkeys("x"), "{q}".format_map(d), "%(q)s" % d)
class E(dict):
    def __getitem__(self, k):
        return 42
    def __setitem__(self, k, v):
        print("set", k); super().__setitem__(k, v)
e = E(); e["x"] = 1; e.update(y=2); e.setdefault("z", 3); print(e, e["nope"], e.get("nope"), dict(e), {**e}, list(e.values()))
ns = {}; exec("r = x + 1", {}, E()); print(eval("foo", {}, D()), eval("x", E()) if False else "")
from collections import defaultdict, OrderedDict, Counter, ChainMap
dd = defaultdict(list); dd["a"].append(1); print(dd, dd["b"], dd.get("c"), len(dd), defaultdict(None, a=1))
try:
    defaultdict(5)
except TypeError as err:
    print(err)
try:
    defaultdict()["k"]
except KeyError as err:
    print(repr(err))
