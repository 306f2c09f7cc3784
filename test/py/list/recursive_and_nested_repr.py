a = [1]; a.append(a); print(a, [a], (a,), {1: a})
d = {}; d["d"] = d; print(d, [d])
t = ([],); t[0].append(t); print(t)
s = []; s.append({"k": (s,)}); print(s)
try:
    a == a[1]; print(a == a)
    b = [1]; b.append(b); a == b
except RecursionError as e:
    print(e)
x = []
for _ in range(50):
    x = [x]
print(len(repr(x)), repr(x)[:10])
