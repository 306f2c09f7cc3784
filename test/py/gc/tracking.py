import gc
class A: pass
for o in ((), (1,), (1, []), [], {}, {1: 2}, {"a": []}, "x", 1, object(), A, print, type, frozenset(), set(), lambda: 0, A(), iter([]), slice(1), range(3)):
    print(type(o).__name__, gc.is_tracked(o))
n = 3
t = (1, n, (3, n)); print(gc.is_tracked(t)); gc.collect(); print(gc.is_tracked(t), gc.is_tracked(t[2]))
t = (1, []); gc.collect(); print(gc.is_tracked(t))
d = {"a": (1, n)}; print(gc.is_tracked(d)); gc.collect(); print(gc.is_tracked(d)); gc.collect(); print(gc.is_tracked(d))
d = {}; print(gc.is_tracked(d)); d[1] = []; print(gc.is_tracked(d)); d[1] = 2; gc.collect(); print(gc.is_tracked(d))
