class N(int):
    def __add__(self, other):
        return N(int.__add__(self, other))
    def __repr__(self):
        return f"N({int(self)})"
    def __index__(self):
        return 99
print(N(3) + 4, 4 + N(3), N(3) * 2, [N(5)], "%d %s" % (N(5), N(5)), f"{N(5)}", N(5) == 5, hash(N(5)) == hash(5))
print([0] * N(2), list(range(N(3))), N("12"), N(b"7"), N(3.9), type(+N(3)), type(N(3).real))
class Idx:
    def __index__(self):
        return 2
class BadIdx:
    def __index__(self):
        return "x"
print([1, 2, 3][Idx()], hex(Idx()), int(Idx()), "abc"[Idx()])
for f in (lambda: [1][BadIdx()], lambda: hex(BadIdx()), lambda: int(BadIdx())):
    try:
        f()
    except TypeError as e:
        print(e)
