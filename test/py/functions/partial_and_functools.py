import functools
p = functools.partial(lambda *a, **k: (a, k), 1, x=2); print(p(3, y=4), p(x=9), p.args, p.keywords, functools.partial(p, 5)(6), functools.partial(int, base=2)("101"), repr(functools.partial(print, 1)))
@functools.lru_cache(maxsize=2)
def sq(n):
    print("calc", n); return n * n
print(sq(2), sq(2), sq(3), sq(4), sq(2), sq.cache_info()); sq.cache_clear(); print(sq.cache_info(), sq.__wrapped__.__name__, sq.cache_parameters())
@functools.cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(90), fib.cache_info())
for f in (lambda: sq([]), lambda: functools.partial(), lambda: functools.partial(5), lambda: functools.reduce(lambda a, b: a, []), lambda: functools.reduce(1, [1, 2]), lambda: functools.cmp_to_key(5)(1) < 1, lambda: functools.reduce()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(functools.reduce(lambda a, b: a * b, range(1, 6)), functools.reduce(max, [3], 9), sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)))
@functools.singledispatch
def kind(x):
    return "object"
@kind.register
def _(x: int):
    return "int"
@kind.register(list)
def _(x):
    return "list"
print(kind(1), kind(True), kind([]), kind("s"))
@functools.total_ordering
class T:
    def __init__(self, v):
        self.v = v
    def __eq__(self, o):
        return self.v == o.v
    def __lt__(self, o):
        return self.v < o.v
print(T(1) <= T(1), T(2) > T(1), T(1) >= T(2))
