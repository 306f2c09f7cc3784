a = [1, 2, 3]
out = []
for x in a:
    out.append(x)
    if len(a) < 8:
        a.append(x * 10)
print(out)
a = [1, 2, 3, 4]
for x in a:
    a.remove(x)
print(a)
it = iter([1, 2]); print(next(it), it.__length_hint__(), next(it), next(it, "end"), it.__length_hint__())
b = [1]; it = iter(b); list(it); b.append(2); print(list(it))
r = reversed([1, 2, 3]); print(next(r), r.__length_hint__(), list(r), list(r))
c = [1, 2, 3, 4]
for x in reversed(c):
    c.pop()
print(c)
class E:
    def __eq__(self, o):
        del d[:]
        return False
d = [E(), E(), E()]
print(d.count(1), d, 5 in [E()])
