t = (1, 2, 3)
print(t + (4,), t * 2, t[1:], t[::-1], 2 in t, t.index(3), t.count(1), len(t), t < (1, 3), t == (1, 2, 3), hash(t), hash(()), hash((1, (2, 3))), (1,), (), tuple("ab"), tuple({5: 6}))
for f in (lambda: t[3], lambda: t["a"], lambda: t + [1], lambda: t.index(9), lambda: hash(([],)), lambda: t * "a", lambda: tuple(1), lambda: tuple(1, 2), lambda: t.append(1), lambda: t < 1, lambda: t.index(1, 1), lambda: t[::0]):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
try:
    t[0] = 5
except TypeError as e:
    print(e)
try:
    del t[0]
except TypeError as e:
    print(e)
x = ([],)
try:
    x[0] += [1]
except TypeError as e:
    print(e, x)
