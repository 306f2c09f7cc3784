for x in (0.5, -0.75, 0.1, 1e20, 0.0, 5e-324):
    n, d = x.as_integer_ratio()
    print(n, d, x.is_integer())
for bad in (float("inf"), float("nan")):
    try:
        bad.as_integer_ratio()
    except Exception as e:
        print(type(e).__name__, e)
    print(bad.is_integer())
print((2.5).__trunc__(), (2.5).__floor__(), (-2.5).__floor__(), (-2.5).__ceil__(), (2.5).conjugate(), (2.5).real, (2.5).imag)
