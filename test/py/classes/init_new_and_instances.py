class A:
    def __new__(cls, *a, **k):
        print("new", a, k); return super().__new__(cls)
    def __init__(self, x=0):
        print("init", x); self.x = x
class B:
    def __new__(cls):
        return 5
    def __init__(self):
        print("never")
class C:
    def __init__(self):
        return 5
class D:
    pass
class E:
    def __new__(cls, x):
        return super().__new__(cls, x)
class F:
    def __init__(self, x):
        super().__init__(x)
A(1); A(x=2); print(B())
for f in (lambda: C(), lambda: D(1), lambda: D(x=1), lambda: E(1), lambda: F(1), lambda: A(1, 2, 3), lambda: object.__new__(), lambda: object.__new__(int), lambda: object.__new__(5), lambda: int.__new__(str), lambda: D.__init__(), lambda: D().nope, lambda: D.nope, lambda: object().x, lambda: setattr(object(), "x", 1), lambda: delattr(D(), "q"), lambda: delattr(D, "q"), lambda: D().__dict__.x, lambda: setattr(D(), "__class__", int), lambda: setattr(D(), "__dict__", 5), lambda: tuple.__new__(list)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
d = D(); d.__class__ = F; print(type(d).__name__); d.__dict__ = {"z": 1}; print(d.z, vars(d))
