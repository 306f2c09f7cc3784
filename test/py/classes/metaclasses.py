class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, kw); return {"injected": 1}
    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if not k.startswith("__"))); return super().__new__(mcs, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name); super().__init__(name, bases, ns)
    def __call__(cls, *a):
        print("call", a); return super().__call__(*a)
    def __instancecheck__(cls, o):
        return o == 5
    def __subclasscheck__(cls, c):
        return c is int
    def __len__(cls):
        return 42
    @property
    def prop(cls):
        return cls.__name__ + "!"
class A(metaclass=Meta, flag=True):
    x = 1
class B(A):
    pass
print(A.injected, isinstance(5, A), isinstance(A(), A), issubclass(int, A), len(A), B.prop, type(B), type(A()).__name__)
try:
    A().prop
except AttributeError as e:
    print(e)
class M2(type):
    pass
class C(metaclass=M2):
    pass
for f in (lambda: type("X", (A, C), {}), lambda: M2("X", (A,), {}), lambda: type("X", (), {}, k=1), lambda: type.__new__(5, "x", (), {}), lambda: type.__call__(), lambda: Meta.__prepare__(), lambda: type("a\0b", (), {}), lambda: type(1, (), {}), lambda: type.__new__(type, "x")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
class NotType(metaclass=lambda n, b, d: (n, b, sorted(k for k in d if k != "__module__"))):
    y = 2
print(NotType)
