import sys
class A:
    pass
class S:
    __slots__ = ("a",)
def f(x, y=1):
    yield x
for o in (None, True, 1.5, 2j, b"", b"abc", bytearray(b"abc"), (), (1, 2), [], {}, set(), frozenset(), range(5), slice(1), object(), A(), S(), A, type, f, f(1), len, [].append, iter([]), iter({}), iter(()), zip(), map(len, []), enumerate([]), property(), staticmethod(f), memoryview(b"x"), NotImplemented, ..., super(A, A()), A().__init__, int.__add__, str.upper, Exception(), OSError(), StopIteration(1), f.__code__.__class__, sys.flags, sys.version_info, reversed([]), filter(None, [])):
    print(type(o).__name__, sys.getsizeof(o), type(o).__basicsize__, type(o).__itemsize__)
for bad in (lambda: sys.getsizeof(), lambda: sys.getsizeof(type("X", (), {"__sizeof__": lambda s: -1})()), lambda: sys.getsizeof(type("X", (), {"__sizeof__": lambda s: "a"})()), lambda: sys.getsizeof(type("X", (), {"__sizeof__": lambda s: "a"})(), 7)):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
