import sys
d = {}; last = 0
for i in range(200):
    d[i] = i
    if sys.getsizeof(d) != last:
        last = sys.getsizeof(d); print(i, last, end="; ")
print()
s = {}
last = 0
for i in range(50):
    s[str(i)] = i
    if sys.getsizeof(s) != last:
        last = sys.getsizeof(s); print(i, last, end="; ")
print()
print(sys.getsizeof({}), sys.getsizeof({"a": 1}), sys.getsizeof({1: 1}), sys.getsizeof(dict(a=1)), sys.getsizeof(dict.fromkeys(range(10))), sys.getsizeof({i: i for i in range(10)}), sys.getsizeof(dict(s)), sys.getsizeof(s.copy()))
for i in range(190):
    del d[i]
print(sys.getsizeof(d)); d["x"] = 1; print(sys.getsizeof(d), sys.getsizeof(d.copy())); d.clear(); print(sys.getsizeof(d))
class C:
    pass
c = C(); c.x = 1; print(sys.getsizeof(c), sys.getsizeof(c.__dict__), sys.getsizeof(vars(C())))
