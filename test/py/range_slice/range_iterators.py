it = iter(range(3)); print(next(it), it.__length_hint__(), list(it), next(it, "done"), type(it))
it = iter(range(2**63, 2**63 + 3)); print(next(it), it.__length_hint__(), list(it), type(it))
it = iter(range(10)); next(it); print(it.__reduce__()[1], it.__reduce__()[2]); it.__setstate__(5); print(list(it))
print([i for i in range(-3, 3)], sum(range(101)), max(range(5)), list(range(2**31 - 2, 2**31 + 2)), list(range(-2**63, -2**63 + 2)), list(range(2**62, 2**62 - 4, -2)))
print(list(zip(range(3), range(5, 0, -2))), list(enumerate(range(2), 2**70)), [*range(4)][::-1], tuple(range(2)), set(range(3)))
for i in range(2):
    for j in range(i, 3):
        print(i, j, end=" ")
print()
