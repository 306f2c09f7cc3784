import gc, weakref
gc.collect()
class A:
    def __del__(self): print("del", self.n)
def cyc(n):
    a = A(); a.n = n; a.me = a
    return weakref.ref(a)
r = cyc(1)
print(r() is not None)
print(gc.collect(), r())
class R:
    saved = None
    def __del__(self):
        R.saved = self
        print("resurrect")
x = R(); x.x = x; del x
print(gc.collect(), R.saved is not None)
R.saved.x = None
print(gc.is_finalized(R.saved))
R.saved = None
print("no second del")
# one of three resurrects another: all three stay
class T:
    kept = []
    def __init__(self, n): self.n = n
    def __del__(self):
        print("fin", self.n)
        if self.n == 2: T.kept.append(self.other)
a, b, c = T(1), T(2), T(3)
a.other, b.other, c.other = b, c, a
del a, b, c
print(gc.collect(), [t.n for t in T.kept])
T.kept.clear()
print(gc.collect())
