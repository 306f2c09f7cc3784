import functools
class A:
    @functools.cached_property
    def c(self):
        print("calc"); return 5
a = A(); print(a.c, a.c, vars(a)); del a.c; print(a.c)
class S:
    __slots__ = ()
    c = A.__dict__["c"]
try:
    S().c
except TypeError as e:
    print(e)
print(int.__add__(1, 2), int.__add__.__get__(5)(6), str.upper.__get__("a")(), (5).__add__.__self__, type.__dict__["__name__"].__get__(int), int.__dict__["real"].__get__(True), type(int.__dict__["real"]), type(int.__dict__["from_bytes"]), type(str.__dict__["maketrans"]))
for f in (lambda: int.__add__("a", 1), lambda: int.__add__(), lambda: str.upper.__get__(5), lambda: int.__dict__["real"].__get__("x"), lambda: (5).__add__(), lambda: int.__dict__["real"].__set__(5, 1)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
