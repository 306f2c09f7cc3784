a = [[]] * 3; a[0].append(1); print(a, [1, 2] * 2, 2 * [0], [1] * -1, [] * 5, [1] * True)
b = a; b += [2]; print(a is b, a); b = b + [3]; print(a is b); b *= 2; print(len(b))
c = [1]; c += "ab"; c += (x for x in range(2)); print(c)
for f in (lambda: [1] + "a", lambda: [1] + None, lambda: [1] * 1.5, lambda: [1] * [2], lambda: [0] * (2**62), lambda: "a" + [1]):
    try:
        f()
    except (TypeError, MemoryError) as e:
        print(type(e).__name__, e)
x = [1]
try:
    x += 5
except TypeError as e:
    print(e)
print(*[1, *[2, 3], *()], [*"ab", *{1: 2}], sep=",")
