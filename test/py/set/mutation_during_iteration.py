s = {1, 2, 3}
try:
    for x in s:
        s.add(x + 10)
except RuntimeError as e:
    print(e)
s = {1}
for x in s:
    s.discard(1); s.add(1)
print(s)
class E:
    def __init__(self, n):
        self.n = n
    def __hash__(self):
        return 7
    def __eq__(self, o):
        t.clear(); return False
t = set(); t.add(E(1))
t.add(E(2)); print(len(t))
it = iter({1, 2}); print(it.__length_hint__(), next(it), it.__length_hint__())
import sys
print([sys.getsizeof(set(range(n))) for n in (0, 4, 5, 18, 19, 20, 100, 1000)], sys.getsizeof(frozenset(range(5))), sys.getsizeof({1, 2, 3}))
a = set(range(100)); a.clear(); print(sys.getsizeof(a))
