class D:
    def __get__(self, o, t=None):
        return "data"
    def __set__(self, o, v):
        print("set", v)
    def __delete__(self, o):
        print("del")
class N:
    def __get__(self, o, t=None):
        return "nondata"
class A:
    d, n = D(), N()
a = A(); a.__dict__.update(d="inst", n="inst"); print(a.d, a.n, A.d, A.n); a.d = 5; del a.d; a.n = 6; print(a.n, vars(a))
class RO:
    def __get__(self, o, t):
        return 1
    def __set__(self, o, v):
        raise AttributeError("read only")
A.r = RO()
for f in (lambda: setattr(a, "r", 1), lambda: delattr(a, "r"), lambda: delattr(a, "zz")):
    try:
        f()
    except AttributeError as e:
        print(e)
