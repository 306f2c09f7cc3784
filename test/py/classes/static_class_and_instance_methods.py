class A:
    def i(self):
        return ("i", type(self).__name__)
    @classmethod
    def c(cls, x=0):
        return ("c", cls.__name__, x)
    @staticmethod
    def s(x=0):
        return ("s", x)
class B(A):
    pass
b = B(); print(b.i(), b.c(), B.c(3), b.s(1), B.s(2), A.i(b), B.c.__func__ is A.__dict__["c"].__func__, b.i.__self__ is b, b.i == b.i, b.i is b.i, b.i.__func__ is A.i, hash(b.i) == hash(b.i), b.c.__self__, A.__dict__["s"].__wrapped__.__name__, A.__dict__["s"](5))
import types
m = types.MethodType(len, [1, 2]); print(m(), m.__self__, types.MethodType(lambda s, x: (s, x), 5)(6))
for f in (lambda: A.i(), lambda: A.s(1, 2), lambda: b.i(1), lambda: A.__dict__["c"](), lambda: types.MethodType(5, 1), lambda: types.MethodType(len, None), lambda: setattr(b.i, "x", 1), lambda: B.c(1, 2), lambda: b.i.zzz, lambda: classmethod(), lambda: int.from_bytes(), lambda: dict.fromkeys(), lambda: str.join(), lambda: str.join(5, []), lambda: list.append([]), lambda: [].append.__call__(), lambda: A.i.__get__(None)):
    try:
        print(f())
    except TypeError as e:
        print(e)
    except AttributeError as e:
        print(e)
print([].append.__name__, [].append.__qualname__, [].append.__self__, "x".join.__doc__[:20] != "", len.__module__, len.__self__.__name__, repr(len), str(list.append), type(list.append), type([].append), type(object().__str__), type(object.__str__))
