import sys
class Lock:
    def acquire(self): pass
class Cond:
    def __init__(self, lock=None):
        self._lock = lock
        try:
            self._rs = lock._rs
        except AttributeError:
            pass
        self.w = []
def f():
    c = Cond(Lock())
    print(sys.getrefcount(c))
    return c
f()
print(sys.getrefcount(f()))
class P:
    def __init__(self, x):
        print(sys.getrefcount(x), sys.getrefcount(self))
def g():
    x = [1]
    p = P(x)
    print(sys.getrefcount(x), sys.getrefcount(p))
    return p
g();g()
