d = {1: "int"}; d[1.0] = "float"; d[True] = "bool"; print(d); d[0] = d[False] = "f"; print(d, d[0.0], d[-0.0])
class K:
    def __init__(self, n, h):
        self.n, self.h = n, h
    def __hash__(self):
        return self.h
    def __eq__(self, o):
        print(f"eq({self.n},{o.n})"); return self.n == o.n
    def __repr__(self):
        return f"K{self.n}"
a, b, c = K(1, 5), K(2, 5), K(1, 5)
d = {a: "a"}; d[b] = "b"; d[c] = "c"; print(d, d[a], K(3, 5) in d, K(1, 6) in d)
class Bad:
    def __hash__(self):
        return "x"
class Eq:
    def __eq__(self, o):
        return True
class Boom(K):
    def __eq__(self, o):
        raise ValueError("no eq")
    __hash__ = K.__hash__
for f in (lambda: {Bad(): 1}, lambda: {Eq(): 1}, lambda: {Boom(1, 1): 1, Boom(2, 1): 2}, lambda: hash(Eq())):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
class H:
    def __hash__(self):
        return 2**70 + 3
print(hash(H()), hash(K(1, -1)), hash(K(1, 2**61)))
