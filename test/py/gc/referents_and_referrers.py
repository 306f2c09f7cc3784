import gc
class B: pass
b = B(); b.q = [1]
print([type(o).__name__ for o in gc.get_referents(b)])
print(gc.get_referents([1, "a", None]), gc.get_referents(1, "x"))
print(gc.get_referents({1: "x", "k": 2.5}), gc.get_referents((1, (2,))))
lst = ["needle-ish"]
holder = {"k": lst}
rs = gc.get_referrers(lst)
print(any(r is holder for r in rs), any(r is globals() for r in rs), len(rs))
print(gc.get_referrers())
