for spec in ("", "d", "5", "<5", "^7", "=+7", "05", "x", "#x", "#o", "b", ",", "_b", "c", "e", ".2f", "g", "%", "+", " ", "*>8", "n"):
    print(spec, [format(v, spec) for v in (42, -7) if v > 0 or spec != "c"])
for spec in ("", ".3", ".3g", "10.2f", "+.1e", "%", ",.2f", "_", "#.0f", "z.1f", "010.3f", "n", "<9", "=9"):
    print(spec, [format(v, spec) for v in (3.14159, -0.04, 1e20, float("inf"))])
for v, spec in ((1, "s"), (1, ".2d"), (1.5, "d"), (1, "zd"), (1, ",x"), (1, "_n"), ("a", "d"), ("a", "+"), ("a", "="), ("a", ","), (1, "5.5.5"), (1.5, "q"), (1, "99999999999999999999"), (None, "5"), ([], "x"), (1j, "=5"), (1j, "0"), (-1, "c"), (1, ",_"), ("a", "#")):
    try:
        print(repr(format(v, spec)))
    except Exception as e:
        print(spec, type(e).__name__, e)
