for n in (1, -1, 5, -5, 2**31, -2**31, 2**100 + 1, -(2**100) - 1):
    print([n << s for s in (0, 1, 29, 30, 31, 60, 64)], [n >> s for s in (0, 1, 29, 30, 31, 64, 101, 10**6)])
for f in (lambda: 1 << -1, lambda: 1 >> -1, lambda: 1 << 10**30, lambda: 0 << 10**30, lambda: 5 >> 10**30, lambda: -5 >> 10**30, lambda: 1 << 2.0):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
