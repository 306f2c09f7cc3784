# Cycles, weak references and a collection in a heap that may be full.
import gc
import _weakref


class C:
    pass


a, b = C(), C()
a.other, b.other = b, a
gone = []
r = _weakref.ref(a, gone.append)
del a, b
print(r() is None, gc.collect() > 0, r() is None, len(gone))
rows = [[i, {"k": (i, str(i))}] for i in range(20)]
rows.append(rows)
del rows
gc.collect()
print(gc.garbage)
