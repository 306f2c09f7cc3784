import warnings
class T:
    def __trunc__(self):
        return 7
class I:
    def __init__(self, v):
        self.v = v
    def __int__(self):
        return self.v
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always")
    print(int(T()), int(I(5)), int(I(True)))
    for x in w:
        print(x.category.__name__, x.message)
for bad in (I("a"), I(1.5)):
    try:
        int(bad)
    except TypeError as e:
        print(e)
print(int(1e20), int(-0.9), int(1.5e300) % 1000007)
for bad in (float("inf"), float("nan"), -float("inf")):
    try:
        int(bad)
    except Exception as e:
        print(type(e).__name__, e)
