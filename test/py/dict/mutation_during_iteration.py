def attempt(change, make=lambda d: d):
    d = {1: "a", 2: "b", 3: "c"}
    seen = []
    try:
        for k in make(d):
            seen.append(k); change(d, k)
    except RuntimeError as e:
        seen.append(str(e))
    print(seen, d)
attempt(lambda d, k: d.__setitem__(k + 10, 1)); attempt(lambda d, k: d.pop(k)); attempt(lambda d, k: d.__setitem__(k, "z")); attempt(lambda d, k: (d.pop(k), d.__setitem__(k + 100, 1)) if k < 50 else None)
attempt(lambda d, k: d.clear(), lambda d: d.items()); attempt(lambda d, k: d.update({k[0]: 0}), lambda d: d.items()); attempt(lambda d, k: d.__setitem__(9, 9), lambda d: d.values()); attempt(lambda d, k: d.pop(1, None), reversed); attempt(lambda d, k: d.popitem(), lambda d: list(d))
it = iter({1: 2}); print(next(it), it.__length_hint__(), next(it, None), type(it))
