for x in (0.0, -0.0, 1.0, 0.5, 1e300, -2.5, 2.0**70, 5e-324, float("inf"), float("-inf")):
    print(x, hash(x))
print(hash(1e20) == hash(10**20), {1: "a"}[1.0])
nan = float("nan")
print(nan == nan, nan in [nan], [nan] == [nan], nan != nan, {nan: 1}[nan])
