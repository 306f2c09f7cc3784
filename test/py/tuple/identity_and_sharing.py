t = (1, 2)
print(tuple(t) is t, t[:] is t, t * 1 is t, t + () == t, () is tuple(), t[0:0] is (), tuple([]) is ())
import copy
print(copy.copy(t) is t, copy.deepcopy(t) is t, copy.deepcopy(([],)) is not ([],))
class T(tuple):
    def __new__(cls, *a):
        return super().__new__(cls, a)
x = T(1, 2)
print(x, type(x), x[:], type(x[:]), type(x * 1), type(x + ()), x == (1, 2), hash(x) == hash((1, 2)), T() == (), T() is ())
x.attr = 1; print(x.__dict__)
def f():
    return (1, 2)
print(f() is f(), (1, 2) == (1.0, 2.0))
