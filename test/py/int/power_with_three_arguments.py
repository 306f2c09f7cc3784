print(pow(2, 10, 1000), pow(2, 10, -1000), pow(-3, 3, 7), pow(3, -1, 7), pow(10**30, 10**20, 10**9 + 7))
print(pow(0, 0, 1), pow(5, 0, 1), pow(38, -1, mod=97), pow(2, -3, 11))
for args in ((2, -1, 4), (2, 3, 0), (2.0, 3, 5), (2, 3, 5.0), ("a", 2)):
    try:
        print(pow(*args))
    except Exception as e:
        print(type(e).__name__, e)
print(2 ** -2, (-2) ** 0.5 if False else (-8) ** 2, 0 ** 0, 7 ** 77)
