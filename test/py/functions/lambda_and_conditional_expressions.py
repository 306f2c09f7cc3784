print((lambda *a, **k: (a, k))(1, x=2), (lambda: (yield))().__class__.__name__, (lambda x, y=2, /, z=3: x + y + z)(1), [f(2) for f in (lambda x: x + 1, lambda x: x * 10)], (lambda: None)(), (lambda x: lambda y: x + y)(1)(2))
print(1 if [] else 2, "a" or "b" and "c", not [] and 5, None or 0 or [], 1 and 2 and 3, (0, 1)[True], 1 < 2 < 3 != 4, 3 > 2 == 2, not 1 == 2)
def t(n, v):
    print(n, end=" "); return v
print(t("a", 0) or t("b", 1) and t("c", 2), t("x", 1) < t("y", 3) < t("z", 2), t("p", 5) > t("q", 6) > t("r", 7))
d = {t("k1", 1): t("v1", 1), t("k2", 2): t("v2", 2)}; print(d)
t("obj", {})[t("key", "k")] = t("val", 5); print()
print((y := 5) + y, [z := 1, z + 1], {(w := "a"): w})
