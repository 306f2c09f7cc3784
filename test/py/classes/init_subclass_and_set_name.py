class Base:
    registry = []
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw); cls.registry.append((cls.__name__, tag))
class A(Base, tag="a"):
    pass
class B(A):
    pass
print(Base.registry)
class D:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
    def __get__(self, o, t):
        return (o is None, t.__name__)
class C:
    d = D(); e = D()
print(C.d, C().e); C.f = D()
for f in (lambda: type("X", (Base,), {}, bad=1), lambda: type("X", (), {}, bad=1)):
    try:
        f()
    except TypeError as e:
        print(e)
class Bad:
    def __set_name__(self, o, n):
        raise ValueError("no name")
try:
    class X:
        attr = Bad()
except RuntimeError as e:
    print(e, repr(e.__cause__))
except ValueError as e:
    print("V", e, getattr(e, "__notes__", None))
class G:
    def __class_getitem__(cls, k):
        return f"{cls.__name__}[{k}]"
print(G[1], G[int, str]); 
try:
    C[1]
except TypeError as e:
    print(e)
