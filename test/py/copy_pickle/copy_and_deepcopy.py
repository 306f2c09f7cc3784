import copy
class A:
    def __init__(self):
        self.l = [1]
class B:
    def __copy__(self):
        return "copied"
    def __deepcopy__(self, memo):
        return "deep"
a = A(); b, c = copy.copy(a), copy.deepcopy(a); print(b.l is a.l, c.l is a.l, copy.copy(B()), copy.deepcopy([B()]))
x = []; x.append(x); y = copy.deepcopy(x); print(y[0] is y, y is x)
s = [1]; t = copy.deepcopy([s, s]); print(t[0] is t[1])
for o in (1, "s", (1,), None, len, A, range(3), frozenset([1]), 1.5, b"x"):
    print(copy.copy(o) is o, copy.deepcopy(o) is o)
for bad in ((i for i in ()), type("L", (), {"__reduce_ex__": lambda s, p: 5})()):
    try:
        copy.copy(bad)
    except Exception as e:
        print(type(e).__name__, str(e)[:40])
