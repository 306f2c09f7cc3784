words = ["b", "A", "c", "B", "a", "C"]
print(sorted(words, key=str.lower), sorted(words, key=str.lower, reverse=True), sorted([3, 1.5, 2, True]), sorted([(1, "b"), (1, "a"), (0, "z")]), sorted([[2], [1, 5], [1]]))
a = [5, 3, 1]
def bad(x):
    a.append(x)
    return x
try:
    a.sort(key=bad)
except ValueError as e:
    print(e, a)
def boom(x):
    print("during:", a)
    raise KeyError(x)
a = [5, 3]
try:
    a.sort(key=boom)
except KeyError as e:
    print(repr(e), a)
for data in ([1, "a"], [None, 1], [{}, {}], [1j, 2j], [(1, "a"), (1, 2)]):
    try:
        data.sort()
    except TypeError as e:
        print(e)
big = [(i * 7919) % 1009 for i in range(3000)]
print(sorted(big)[:5], sorted(big, reverse=True)[:5], sorted(big, key=lambda v: -v) == sorted(big, reverse=True), sum(i * v for i, v in enumerate(sorted(big))))
class L:
    def __init__(self, v):
        self.v = v
    def __lt__(self, o):
        if o.v == 3:
            raise RuntimeError("three")
        return self.v < o.v
try:
    sorted([L(5), L(3), L(1)])
except RuntimeError as e:
    print(e)
