s = "abcdefgh"
for sl in (slice(None), slice(2), slice(-3, None), slice(None, None, -1), slice(6, 1, -2), slice(100), slice(-100, 100, 3), slice(5, 2), slice(None, None, 2**80), slice(-2**80, 2**80, -1)):
    print(sl, repr(s[sl]))
for bad in ("a", 1.0, None, slice(0, 1, 0), slice("a"), 8, -9, 2**70):
    try:
        s[bad]
    except Exception as e:
        print(type(e).__name__, e)
print(s[-1], s[0], s[7], "héllo€😀"[-1], "héllo€😀"[1:4], s[True])
