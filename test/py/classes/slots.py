class S:
    __slots__ = ("a", "b", "__weakref__")
    def __init__(self):
        self.a = 1
class T(S):
    __slots__ = "c"
class U(S):
    pass
class P:
    __slots__ = ("__priv",)
    def __init__(self):
        self.__priv = 3
s, t, u = S(), T(), U(); t.c = 2; u.z = 5; p = P()
print(s.a, t.c, u.__dict__, S.__slots__, hasattr(s, "__dict__"), type(S.a), S.a.__get__(s), p._P__priv, S.a.__name__, S.a.__objclass__)
for f in (lambda: s.b, lambda: setattr(s, "q", 1), lambda: delattr(s, "b"), lambda: S.a.__get__(5), lambda: type("X", (), {"__slots__": ["a"], "a": 1}), lambda: type("X", (), {"__slots__": ["1a"]}), lambda: type("X", (), {"__slots__": [1]}), lambda: type("X", (int,), {"__slots__": ["a"]}), lambda: type("X", (S, P), {}), lambda: type("X", (U,), {"__slots__": ["__dict__"]}), lambda: setattr(s, "__class__", T), lambda: type("X", (), {"__slots__": ["__dict__", "__dict__"]}), lambda: s.__dict__):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
del s.a
try:
    s.a
except AttributeError as e:
    print(e)
import sys
print(sys.getsizeof(s), sys.getsizeof(t), sys.getsizeof(p), S.__basicsize__, T.__basicsize__, S.__weakrefoffset__, U.__dictoffset__)
