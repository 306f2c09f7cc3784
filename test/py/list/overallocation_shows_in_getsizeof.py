import sys
a = []; last = 0; sizes = []
for i in range(100):
    a.append(i)
    n = sys.getsizeof(a)
    if n != last:
        sizes.append((i, n)); last = n
print(sizes)
print(sys.getsizeof([]), sys.getsizeof([1, 2, 3]), sys.getsizeof(list(range(10))), sys.getsizeof([0] * 10), sys.getsizeof([i for i in range(10)]), sys.getsizeof(list("abc")), sys.getsizeof([1, 2, 3][:2]), sys.getsizeof(list((1, 2, 3))))
while a:
    a.pop()
    if sys.getsizeof(a) != last:
        last = sys.getsizeof(a); print(len(a), last, end="; ")
print()
b = [1] * 20; del b[3:]; print(sys.getsizeof(b)); b.clear(); print(sys.getsizeof(b)); b += [1]; print(sys.getsizeof(b)); b.extend([1] * 3); print(sys.getsizeof(b)); b[1:1] = [2] * 9; print(sys.getsizeof(b))
