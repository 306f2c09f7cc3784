import weakref, _weakref
print(weakref.ref[int])
print(_weakref.getweakrefs(3), _weakref.getweakrefcount("x"))
try: _weakref._remove_dead_weakref(1, 2)
except TypeError as e: print(e)
class A: pass
a = A(); d = {1: weakref.ref(a), 2: 3}
_weakref._remove_dead_weakref(d, 1); print(len(d))
_weakref._remove_dead_weakref(d, 9); print(len(d))
try: _weakref._remove_dead_weakref(d, 2)
except TypeError as e: print(e)
del a
_weakref._remove_dead_weakref(d, 1); print(d)
try: weakref.proxy()
except TypeError as e: print(e)
class C(dict):
    def __getattr__(self, x): return self[x]
c = C(); print("'C' at" in repr(weakref.ref(c)))
class N: __name__ = "named"
n = N(); print(repr(weakref.ref(n))[-8:])
