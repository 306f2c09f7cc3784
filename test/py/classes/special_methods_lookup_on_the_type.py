class A:
    def __len__(self):
        return 3
    def __call__(self, *a):
        return a
    def __bool__(self):
        return False
    def __contains__(self, x):
        return x == 7
    def __getitem__(self, k):
        if k == 3:
            raise IndexError
        return k * 10
a = A(); a.__len__ = lambda: 99; print(len(a), a(1, 2), bool(a), 7 in a, 8 in a, list(a), a.__len__())
class L:
    def __init__(self, v):
        self.v = v
    def __len__(self):
        return self.v
    def __bool__(self):
        return self.v
for v in (-1, "x", 1.5, 2**70, True):
    try:
        print(len(L(v)))
    except Exception as e:
        print(type(e).__name__, e)
    try:
        print(bool(L(v)))
    except Exception as e:
        print(type(e).__name__, e)
class N:
    __hash__ = None
    __iter__ = None
    __contains__ = None
    __bool__ = None
for f in (lambda: hash(N()), lambda: iter(N()), lambda: 1 in N(), lambda: bool(N()), lambda: N()(), lambda: N()[0], lambda: len(N()), lambda: N() + 1, lambda: -N(), lambda: N() < N(), lambda: N() @ 1, lambda: int(N()), lambda: next(N()), lambda: reversed(N()), lambda: abs(N()), lambda: ~N(), lambda: N().__enter__, lambda: float(N()), lambda: round(N()), lambda: divmod(N(), 1)):
    try:
        f()
    except TypeError as e:
        print(e)
    except AttributeError as e:
        print(e)
