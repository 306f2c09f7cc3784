for a in (7, -7, 0, 10**30, -10**30):
    for b in (2, -2, 3, -3, 10**15, -10**29):
        print(a, b, a // b, a % b, divmod(a, b))
for f in (lambda: 1 // 0, lambda: 1 % 0, lambda: divmod(1, 0), lambda: 1 / 0, lambda: 10**400 // 0, lambda: 0 ** -1):
    try:
        f()
    except ZeroDivisionError as e:
        print(type(e).__name__, e)
print((-1) // 10**40, (-1) % 10**40, -(2**64) // (2**32 - 1))
