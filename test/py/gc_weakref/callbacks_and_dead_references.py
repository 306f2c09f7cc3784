import weakref, gc
class A:
    pass
a = A(); r = weakref.ref(a, lambda w: print("dead", w is r)); p = weakref.proxy(a); a.x = 5
print(r() is a, p.x, weakref.getweakrefcount(a), r == weakref.ref(a), weakref.ref(a) is weakref.ref(a)); del a; print(r())
try:
    p.x
except ReferenceError as e:
    print(e)
for bad in (5, "s", [], None, ()):
    try:
        weakref.ref(bad)
    except TypeError as e:
        print(e)
f = A(); fin = weakref.finalize(f, print, "finalized"); print(fin.alive); del f; print(fin.alive)
d = weakref.WeakValueDictionary(); k = A(); d["k"] = k; print(len(d)); del k; print(len(d))
