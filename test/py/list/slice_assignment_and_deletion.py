a = list(range(10))
a[2:5] = "xy"; print(a); a[::2] = [0] * len(a[::2]); print(a); a[5:2] = [7]; print(a); a[len(a):] = [1, 2]; print(a); del a[1:8:3]; print(a); a[:] = a; print(a); a[1:1] = a; print(a); del a[::-2]; print(a); a[-3:] = []; print(a)
for f in (lambda: a.__setitem__(slice(None, None, 2), [1] * 9), lambda: a.__setitem__(slice(0, 1), 5), lambda: a.__setitem__("x", 1), lambda: a.__setitem__(99, 1), lambda: a.__delitem__(99), lambda: a[1.0], lambda: a[99], lambda: a.__setitem__(slice(0, 4, 0), []), lambda: a.__setitem__(slice(None, None, 2), 1)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
