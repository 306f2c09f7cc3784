for x in (0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1e16 + 1, 1.005):
    print(round(x), round(x, 1), round(x, 2), round(x, -1))
print(round(1e300, -299), round(5e-324, 400), round(123.456, -5), round(1.5, None), type(round(1.2)), type(round(1.2, 0)))
for bad in (float("inf"), float("nan")):
    try:
        round(bad)
    except Exception as e:
        print(type(e).__name__, e)
    print(round(bad, 2))
try:
    round(1.7976931348623157e308, -308)
except OverflowError as e:
    print(e)
