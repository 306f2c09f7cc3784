for r in (range(5), range(2, 10, 3), range(10, 0, -3), range(0), range(5, 5), range(0, -5), range(2**70, 2**70 + 10, 4)):
    print(r, list(r), len(r), r[::-1], r[1:], r[:-1], r[::2], bool(r), hash(r) == hash(range(r.start, r.stop, r.step)), list(reversed(r)))
r = range(0, 100, 7)
print(21 in r, 22 in r, 21.0 in r, "a" in r, r.index(21), r.count(21), r.count(22), r[-1], r[2], r == range(0, 99, 7), range(0, 3, 2) == range(0, 4, 2), range(0) == range(2, 1), r.start, r.stop, r.step, len(range(0, 2**62, 2**60)))
for f in (lambda: range(), lambda: range(1, 2, 0), lambda: range(1.5), lambda: range("a"), lambda: range(1, 2, 3, 4), lambda: r[99], lambda: r["x"], lambda: r.index(5), lambda: r.index("x"), lambda: len(range(2**64)), lambda: setattr(r, "start", 1), lambda: r < r, lambda: range(stop=5), lambda: r + r, lambda: hash(range(3)) == hash((3, 0, 1))):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
