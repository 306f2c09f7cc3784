d = {"a": 1, "b": 2, "c": 3}
k, v, i = d.keys(), d.values(), d.items()
d["d"] = 4; print(k, v, i, len(k), "d" in k, 4 in v, ("d", 4) in i, ("d", 5) in i, "d" in i)
print(sorted(k & {"a", "z"}), sorted(k | ["q"]), sorted(k - {"a"}), sorted(k ^ {"a", "y"}), sorted(i & {("a", 1)}), k == {"a", "b", "c", "d"}, k >= {"a"}, k.isdisjoint("xyz"), k <= {"a"}, {"a"} < k, k.mapping["a"])
print(list(reversed(k)), list(reversed(v)), list(reversed(i)), v == v, d.values() == d.values(), type(k), repr({}.keys()), i == {("a", 1), ("b", 2), ("c", 3), ("d", 4)})
for f in (lambda: k[0], lambda: hash(k), lambda: k & 5, lambda: v & v, lambda: k < 1, lambda: type(k)(), lambda: k.mapping.update(a=1), lambda: i - [[]], lambda: k.isdisjoint(5)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
