inf, nan = float("inf"), float("nan")
for a in (5.5, -5.5, 0.0, -0.0, inf, 1e300):
    for b in (2.0, -2.0, inf, -inf, 1e-10):
        try:
            print(a, b, a // b, a % b, divmod(a, b))
        except ZeroDivisionError as e:
            print(e)
for f in (lambda: 1.0 / 0, lambda: 1.0 // 0, lambda: 1.0 % 0, lambda: divmod(1.0, 0.0), lambda: 0.0 ** -1, lambda: nan % 0):
    try:
        print(f())
    except ZeroDivisionError as e:
        print(e)
