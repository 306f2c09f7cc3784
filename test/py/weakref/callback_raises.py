import io, sys, gc, weakref
gc.collect()

class E: pass
e = E()
def bad(w): raise ValueError("in callback")
old = sys.stderr; sys.stderr = io.StringIO()
w = weakref.ref(e, bad); del e
s = sys.stderr.getvalue(); sys.stderr = old
print(s.splitlines()[-1], s.startswith("Exception ignored in: <function bad at 0x"))
# cyclic trash with callback
class T: pass
t = T(); t.t = t; w = weakref.ref(t, lambda w: print("cyc cb", w() is None)); del t; print(gc.collect())
u = T(); u.u = u; u.w = weakref.ref(u, lambda w: print("never")); del u; print(gc.collect())
