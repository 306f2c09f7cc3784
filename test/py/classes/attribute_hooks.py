class A:
    y = "class"
    def __getattr__(self, n):
        if n.startswith("_"):
            raise AttributeError(f"no {n}")
        return f"dyn:{n}"
    def __setattr__(self, n, v):
        print("set", n, v); object.__setattr__(self, n, v)
    def __delattr__(self, n):
        print("del", n); object.__delattr__(self, n)
a = A(); a.x = 1; print(a.x, a.y, a.z); del a.x; print(a.x, hasattr(a, "_q"), getattr(a, "_q", "dflt"))
class B:
    def __getattribute__(self, n):
        if n == "real":
            return object.__getattribute__(self, "__dict__")
        raise AttributeError("blocked " + n)
    def __getattr__(self, n):
        return "fallback " + n
b = B(); b.k = 5; print(b.k, b.real, b.__class__)
class C:
    def __getattr__(self, n):
        raise KeyError(n)
    def __dir__(self):
        return ["z", "a"]
for f in (lambda: C().foo, lambda: hasattr(C(), "foo"), lambda: getattr(C(), "foo", 1), lambda: delattr(a, "nope"), lambda: a._p, lambda: object.__getattribute__(a, 5), lambda: setattr(a, 5, 1), lambda: getattr(a, "x", 1, 2)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(dir(C()), [n for n in dir(A) if not n.startswith("__")])
class M:
    colour = 1
for wrong in ("color", "colours", "Colour", "zzz"):
    try:
        getattr(M(), wrong)
    except AttributeError as e:
        print(e, e.name, type(e.obj).__name__)
