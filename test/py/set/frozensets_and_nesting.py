f = frozenset([1, 2]); print(f, hash(f) == hash(frozenset([2, 1])), {f: 1}[frozenset({1, 2})], f | {3}, {3} | f, type(f | {3}), type({3} | f), f.copy() is f, frozenset(f) is f, f == {1, 2}, {f} == {frozenset([2, 1])})
s = {frozenset([1])}; print({1} in s, {2} in s); s.discard({1}); print(s)
try:
    s.remove({5})
except KeyError as e:
    print(repr(e))
class F(frozenset):
    pass
x = F([1]); print(x, type(x | {2}), type(x.copy()), repr(F()), hash(x) == hash(frozenset([1])), x == {1})
class S(set):
    pass
print(S([1]), type(S([1]) | {2}), type(S() & S()), S([1]).__reduce__()[1])
print(hash(frozenset()), hash(frozenset([0])), hash(frozenset(range(5))), hash(frozenset([1, 2])))
