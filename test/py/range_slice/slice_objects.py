s = slice(1, 10, 2); print(s, s.start, s.stop, s.step, s.indices(5), slice(None).indices(3), slice(None, None, -1).indices(3), slice(-2, None).indices(10), slice(5, 1).indices(3), slice(2**70).indices(5), s == slice(1, 10, 2), s < slice(2), slice(1) != 1)
class A:
    def __getitem__(self, k):
        return k
a = A(); print(a[1], a[1:2], a[::], a[1:2, 3], a[...], a[:, None], a["x":"y"], a[()], a[*(1, 2)], a[*(1,), 2:3])
class I:
    def __index__(self):
        return 1
print("abc"[I():], [1, 2, 3][:I()], slice(I(), 5).indices(9))
for f in (lambda: hash(s), lambda: slice(), lambda: slice(1, 2, 0).indices(5), lambda: slice("a").indices(5), lambda: s.indices(-1), lambda: setattr(s, "start", 1), lambda: [1][1:2, 3], lambda: slice(1, 2, 3, 4), lambda: "abc"["a":], lambda: slice(x=1)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
