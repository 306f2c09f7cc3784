def f(a: int, b: "str" = "x", *, c=3) -> list:
    "Doc."
    local = a
    return local
print(f.__name__, f.__qualname__, f.__doc__, f.__module__, f.__defaults__, f.__kwdefaults__, f.__annotations__, f.__code__.co_varnames, f.__code__.co_argcount, f.__code__.co_kwonlyargcount, f.__code__.co_flags, f.__code__.co_name, f.__closure__, f.__dict__)
f.x = 1; f.__name__ = "g"; f.__defaults__ = (7,); f.__kwdefaults__ = None; print(f.x, f.__name__, f.__dict__)
try:
    f(1)
except TypeError as e:
    print(e)
f.__qualname__ = "Q.f"; print(repr(f).split(" at ")[0])
try:
    f(1, 2, 3, 4)
except TypeError as e:
    print(e)
for n, v in (("__name__", 1), ("__defaults__", 5), ("__code__", 5), ("__dict__", 1), ("__kwdefaults__", []), ("__closure__", ()), ("__globals__", {}), ("__annotations__", 5), ("__qualname__", None)):
    try:
        setattr(f, n, v)
    except Exception as e:
        print(n, type(e).__name__, e)
def other(z):
    return z * 2
f.__code__ = other.__code__; print(f(21)); del f.x, f.__defaults__
print(f.__dict__, (lambda: 0).__name__, (lambda: 0).__qualname__)
