from enum import Enum, IntEnum, Flag, auto, unique
class C(Enum):
    RED = 1
    GREEN = auto()
    ALIAS = 1
class I(IntEnum):
    A = 5
class F(Flag):
    X = auto()
    Y = auto()
print(list(C), C.RED, repr(C.GREEN), C(1), C["RED"], C.ALIAS is C.RED, C.RED.name, C.RED.value, I.A + 1, I.A == 5, F.X | F.Y, F(3), ~F.X, F.X in F(3), C.__members__, isinstance(C.RED, C))
for f in (lambda: C(9), lambda: C["Z"], lambda: setattr(C, "RED", 2), lambda: C.RED < C.GREEN, lambda: type("D", (C,), {}), lambda: C.RED.nope, lambda: unique(C)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
