import math
for name, args in (("sqrt", (-1,)), ("log", (0,)), ("log", (-1,)), ("acos", (2,)), ("exp", (1000,)), ("factorial", (-1,)), ("factorial", (1.5,)), ("fmod", (1, 0)), ("gamma", (0,)), ("atanh", (1,)), ("pow", (0, -1)), ("pow", (-1, 0.5)), ("ldexp", (1.0, 10000)), ("isqrt", (-1,)), ("comb", (-1, 2)), ("log2", (0,)), ("cosh", (1000,)), ("sin", (math.inf,)), ("floor", (math.nan,)), ("ceil", ("a",)), ("gcd", (1.5,)), ("dist", ((1,), (1, 2))), ("perm", (2, -1))):
    try:
        print(name, getattr(math, name)(*args))
    except Exception as e:
        print(name, type(e).__name__, e)
