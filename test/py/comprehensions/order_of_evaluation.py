def t(x):
    print(x, end=" "); return x
print([t(a) for a in (t(1), t(2)) if t(a + 10)], {t(k): t(v) for k, v in [("k", 1)]}, {t(x) for x in [1, 1]}, [(x, y) for x in [t(1)] for y in [t(x + 1)]])
print([[j for j in range(i)] for i in range(3)], [y for x in [[1, 2], [3]] for y in x], [x for x in range(10) if x % 2 if x > 4], {**{i: i for i in range(2)}}, sum(x * x for x in range(4)), [(i, j) for i, j in zip("ab", [1, 2])], [a for a, *b in [(1, 2), (3,)]])
