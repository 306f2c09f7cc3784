class A:
    def who(self):
        return "A"
class B(A):
    def who(self):
        return "B" + super().who()
class C(A):
    def who(self):
        return "C" + super().who()
class D(B, C):
    def who(self):
        return "D" + super().who()
print(D().who(), [c.__name__ for c in D.__mro__], D.__bases__, A.__subclasses__(), D.__base__, issubclass(D, A), isinstance(D(), C), super(B, D()).who(), super(C, D()).who())
for f in (lambda: type("X", (A, B), {}), lambda: type("X", (A, A), {}), lambda: type("X", (int, str), {}), lambda: type("X", (bool,), {}), lambda: type("X", (5,), {}), lambda: type("X", (type(None),), {}), lambda: type("X", (range,), {}), lambda: setattr(D, "__bases__", (A, D)), lambda: setattr(D, "__bases__", ()), lambda: setattr(D, "__bases__", 5), lambda: setattr(D, "__bases__", (int,)), lambda: type("X", (lambda: 0,), {}), lambda: setattr(int, "x", 1)):
    try:
        print(f())
    except TypeError as e:
        print(e)
D.__bases__ = (C, B); print(D().who(), [c.__name__ for c in D.mro()])
