inf, nan = float("inf"), float("nan")
for a in (0.0, -0.0, 1.0, -1.0, 2.0, -2.0, inf, -inf, nan, 0.5):
    row = []
    for b in (0.0, 1.0, -1.0, 3.0, -3.0, 0.5, inf, -inf, nan):
        try:
            row.append(a ** b)
        except (ZeroDivisionError, OverflowError) as e:
            row.append(str(e))
    print(a, row)
for f in (lambda: 2.0 ** 10000, lambda: (-2.0) ** 0.5, lambda: pow(2.0, 3.0, 4)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
