class A:
    __match_args__ = ("x", "x")
class B:
    __match_args__ = [1]
class C:
    __match_args__ = (1,)
class D:
    pass
def t(v):
    match v:
        case A(1, 2): pass
        case B(1): pass
        case C(1): pass
        case D(1): pass
        case int(1, 2): pass
a = A(); a.x = 1
for v in (a, B(), C(), D(), 5):
    try:
        t(v)
    except TypeError as e:
        print(e)
x = 5
try:
    match 1:
        case x(): pass
except TypeError as e:
    print(e)
