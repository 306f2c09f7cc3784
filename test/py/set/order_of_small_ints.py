print({3, 1, 2}, {10, 5, 0}, {8, 0}, {0, 8}, {100, 4, 36}, set(range(20)), {-1, -2, 5}, {1.0, 2, True})
s = set()
for i in (9, 17, 1, 25, 33, 41):
    s.add(i)
print(s, list(s)); s.remove(17); s.add(49); print(s, s.pop(), s.pop(), s)
s = {i * 37 % 101 for i in range(60)}; print(s); print(s - set(range(0, 100, 3)), s & set(range(50)), s ^ set(range(90)))
print(set([2**61 - 1, 0, 2**61]), {2**64, 2**32, 1})
