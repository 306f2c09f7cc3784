import weakref, gc, sys, _weakref
class A:
    def __init__(self, n=0): self.n = n
    def __repr__(self): return f"A({self.n})"
    def __call__(self, *a): return ("called", a)
    def __eq__(self, o): return isinstance(o, A) and o.n == self.n
    def __hash__(self): return hash(self.n)
class P:
    def __init__(self): self.v = [1, 2, 3]
    def __len__(self): return 3
    def __iter__(self): return iter(self.v)
    def __getitem__(self, i): return self.v[i]
    def __setitem__(self, i, x): self.v[i] = x
    def __contains__(self, x): return x in self.v
    def __add__(self, o): return ("add", o)
    def __radd__(self, o): return ("radd", o)
    def __bool__(self): return True
    def __str__(self): return "P!"
    def __bytes__(self): return b"bytes"
    def __int__(self): return 42
    def __index__(self): return 7
    def __neg__(self): return -1
    def __iadd__(self, o): self.v.append(o); return self
a = A(5)
r = weakref.ref(a); r2 = weakref.ref(a)
print(r is r2, r() is a, weakref.getweakrefcount(a), weakref.getweakrefs(a) == [r])
print(repr(r).startswith("<weakref at 0x"), "to 'A' at 0x" in repr(r))
p = weakref.proxy(a)
print(type(p), p.n, p(1, 2), repr(p)[:12], str(p))
print(weakref.getweakrefcount(a))
log = []
rc = weakref.ref(a, lambda w: log.append(("cb1", w is rc, w() is None)))
rc2 = weakref.ref(a, lambda w: log.append("cb2"))
rc3 = weakref.proxy(a, lambda w: log.append("cb3"))
print(weakref.getweakrefcount(a), rc.__callback__ is not None, r.__callback__)
print(hash(r) == hash(a), r == weakref.ref(A(5)), r == rc, r != rc)
del a
print(log, r(), weakref.ref.__name__, repr(r)[-7:])
try: p.n
except ReferenceError as e: print("ReferenceError", e)
try: repr(p); print("repr ok")
except ReferenceError as e: print("ReferenceError", e)
try: p()
except ReferenceError as e: print(e)
print(hash(r))
x = weakref.ref(A(1))
try: hash(x)
except TypeError as e: print(e)
print(x == x, x == r, x != r, x == 1)
try: x < r
except TypeError as e: print(e)
for o in (1, "s", (), [], {}, None, object()):
    try: weakref.ref(o)
    except TypeError as e: print(e)
q = P(); p = weakref.proxy(q)
print(len(p), list(p), p[1], 2 in p, p + 1, 1 + p, bool(p), str(p), bytes(p), int(p), [0]*3 + [9], -p, type(p))
p[0] = 10; print(q.v); p += 4; print(q.v, type(p))
p = weakref.proxy(q)
p.newattr = 3; print(q.newattr); del p.newattr; print(hasattr(q, "newattr"))
try: next(p)
except TypeError as e: print(e)
try: hash(p)
except TypeError as e: print(e)
class Sub(weakref.ref):
    __slots__ = ("extra",)
    def __new__(cls, o, cb=None, extra=None): return super().__new__(cls, o, cb)
    def __init__(self, o, cb=None, extra=None): super().__init__(o, cb); self.extra = extra
s = Sub(q, None, 3); print(s.extra, s() is q, s is Sub(q), s == weakref.ref(q))
try: weakref.ref()
except TypeError as e: print(e)
try: weakref.ref(q, None, 3)
except TypeError as e: print(e)
try: weakref.ref(q, callback=None)
except TypeError as e: print(e)
try: weakref.ref(q)(1)
except TypeError as e: print(e)
d = weakref.WeakValueDictionary(); k = weakref.WeakKeyDictionary(); ws = weakref.WeakSet()
o1, o2 = A(1), A(2)
d["a"] = o1; d["b"] = o2; k[o1] = 1; ws.add(o1); ws.add(o2)
print(sorted(d), len(k), len(ws)); del o1; print(sorted(d), len(k), len(ws))
del o2; gc.collect(); print(len(d), len(ws))
f = weakref.finalize(q, print, "finalized", 1, x=2) if False else weakref.finalize(q, print, "finalized", 1)
print(f.alive); del q; gc.collect(); print(f.alive)
class M:
    def m(self): return "m"
mm = M(); wm = weakref.WeakMethod(mm.m); print(wm()()); del mm; print(wm())
