class A:
    class Inner:
        def m(self):
            pass
    def m(self):
        def inner():
            pass
        return inner
print(A, A.Inner, A.Inner.__qualname__, A.m.__qualname__, A().m().__qualname__, type, int, type(None), type(...), type(NotImplemented), repr(A.m).split(" at ")[0], object, A.__module__, A.__dict__["Inner"])
print(repr(A()).split(" at ")[0], repr(A().m).split(" at ")[0], repr(object()).split(" at ")[0], repr(iter([])).split(" at ")[0], repr(x for x in []).split(" at ")[0], repr(lambda: 0).split(" at ")[0], repr(print), repr([].append).split(" at ")[0], int.__add__, (5).__add__.__name__, type.__call__, int.real, type.__dict__["__doc__"].__class__)
A.__name__ = "Renamed"; A.__qualname__ = "X.Y"; A.__module__ = "mod"; print(A, A.__name__)
A.__module__ = 5; print(A)
for n, v in (("__name__", 5), ("__name__", "a\0"), ("__qualname__", 5), ("__doc__", None), ("__mro__", ()), ("__dict__", {}), ("__bases__", (object,)), ("__abstractmethods__", 1)):
    try:
        setattr(A, n, v); print(n, "ok")
    except Exception as e:
        print(n, type(e).__name__, e)
for n in ("__name__", "__qualname__", "__module__", "__bases__"):
    try:
        delattr(A, n); print(n, "deleted")
    except Exception as e:
        print(n, type(e).__name__, e)
