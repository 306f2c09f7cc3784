import itertools as it
print(list(it.chain("ab", [1])), list(it.islice(it.count(5, 2), 2, 8, 2)), list(it.accumulate([1, 2, 3], initial=10)), list(it.product("ab", repeat=2))[:3], list(it.permutations(range(3), 2)), list(it.combinations("abc", 2)), list(it.combinations_with_replacement("ab", 2)))
print([(k, list(g)) for k, g in it.groupby("aabbca")], list(it.zip_longest("ab", "c", fillvalue="-")), list(it.takewhile(lambda x: x < 3, it.count())), list(it.dropwhile(str.isalpha, "ab1c")), list(it.starmap(pow, [(2, 3)])), list(it.compress("abc", [1, 0, 1])), list(it.filterfalse(None, [0, 1])), list(it.pairwise("abc")), list(it.repeat(1, 2)), it.count(1.5), it.repeat("x", 3))
a, b = it.tee([1, 2, 3]); print(next(a), list(b), list(a))
for f in (lambda: it.islice([], -1), lambda: it.combinations("a", -1), lambda: it.count("a"), lambda: it.repeat(), lambda: it.tee([], -1), lambda: list(it.chain(5)), lambda: it.cycle(5), lambda: list(it.starmap(pow, [5]))):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
