from collections import OrderedDict, Counter, ChainMap, deque
o = OrderedDict(a=1, b=2, c=3); o.move_to_end("a"); print(o, o.popitem(last=False), o); o.move_to_end("a", last=False); print(list(o), list(reversed(o)), o == {"c": 3, "a": 1}, o == OrderedDict(c=3, a=1), OrderedDict.fromkeys("xy"), o | {"z": 1}, o.pop("nope", 5), o.setdefault("k", 2), o)
for f in (lambda: o.move_to_end("zz"), lambda: OrderedDict().popitem(), lambda: o.pop("zz"), lambda: o["zz"], lambda: [o.__setitem__(k * 2, 1) for k in o]):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
c = Counter("abracadabra"); print(c, c.most_common(2), c["z"], c + Counter("aab"), c - Counter(a=3), c & Counter(a=2, z=1), c | Counter(z=9), -Counter(a=-1), sorted(c.elements())[:6], c.total()); c.subtract("aaaaaaa"); print(c, +c); c.update(b=5); print(c)
m = ChainMap({"a": 1}, {"a": 2, "b": 3}); m["c"] = 4; print(m, m["a"], m["b"], dict(m), m.parents, m.new_child({"a": 0})["a"]); 
try:
    del m["b"]
except KeyError as e:
    print(e)
