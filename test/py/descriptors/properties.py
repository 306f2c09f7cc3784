class A:
    @property
    def x(self):
        "doc x"
        return self._x
    @x.setter
    def x(self, v):
        self._x = v * 2
    @x.deleter
    def x(self):
        print("deleted")
    ro = property(lambda s: 1)
    wo = property(None, lambda s, v: print("wo", v))
    @property
    def broken(self):
        return self.missing
a = A(); a.x = 5; print(a.x, A.x.__doc__, A.x.fget.__name__); del a.x; a.wo = 3
for f in (lambda: setattr(a, "ro", 1), lambda: delattr(a, "ro"), lambda: a.wo, lambda: a.broken, lambda: A.x.fset(5, 1), lambda: property(5).__get__(1), lambda: setattr(A.x, "fget", 1)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
