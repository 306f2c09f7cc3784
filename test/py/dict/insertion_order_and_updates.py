d = {"b": 1, "a": 2}; d["c"] = 3; d["b"] = 9; print(d); del d["b"]; d["b"] = 0; print(d, list(d), list(reversed(d)), d.popitem(), d.popitem())
d.update(x=1, a=5); d.update([("k", 1), ["l", 2]]); d.update({"x": 2}, y=3); print(d); print(d | {"z": 1}, {"z": 1} | d, d.setdefault("x", 99), d.setdefault("new"), d)
d |= [("q", 1)]; print(d, dict.fromkeys("ab"), dict.fromkeys([1, 2], 0), dict([(1, 2)], a=3), dict(a=1, **{"b c": 2}))
class M:
    def keys(self):
        return ["p", "q"]
    def __getitem__(self, k):
        return k * 2
print(dict(M()), {**M(), "p": 0})
for f in (lambda: d.update(5), lambda: d.update([1]), lambda: d.update([(1, 2, 3)]), lambda: dict("ab"), lambda: dict([("a",)]), lambda: d | [1], lambda: {} | None, lambda: dict(1, 2), lambda: d.update([("a", 1), "b"]), lambda: {}.popitem(), lambda: {}["x"], lambda: d.pop("none"), lambda: d.pop(), lambda: {[]: 1}, lambda: d[{}], lambda: d.get([]), lambda: [] in d, lambda: dict.fromkeys(5), lambda: {}[1, 2], lambda: dict(**{1: 2})):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
