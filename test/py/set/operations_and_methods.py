a, b = {1, 2, 3}, {3, 4}
print(a | b, a & b, a - b, a ^ b, a <= b, {1} < a, a >= {1}, a.isdisjoint({9}), a == {3, 2, 1}, a != b, 2 in a, len(a), a.union([7], (8,)), a.intersection([1, 2], [2]), a.difference([1], [2]), a.symmetric_difference([1, 9]), a.issubset(range(9)), a.issuperset([]))
a |= {10}; a &= {1, 2, 10}; a -= {2}; a ^= {5}; print(a); a.add(1); a.discard(99); a.discard(5); a.update([1], (7,)); a.intersection_update({1, 7}); a.difference_update([1]); a.symmetric_difference_update([8]); print(a, a.copy(), set(), frozenset(), {*()}, set("a"), frozenset([1]))
for f in (lambda: a.remove(99), lambda: set().pop(), lambda: {[]}, lambda: a.add({}), lambda: a | [1], lambda: a < 1, lambda: set(5), lambda: hash(a), lambda: a.update(5), lambda: [] in a, lambda: a - 5, lambda: a.union(5), lambda: frozenset().add(1), lambda: set(1, 2), lambda: a[0], lambda: a & None, lambda: a.isdisjoint(3)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
