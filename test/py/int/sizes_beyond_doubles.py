import bisect
import gc
import sys

for n in (sys.maxsize, sys.maxsize - 1, sys.maxsize - 5, 2**55 + 1, 2**53, 2**53 + 1):
    print(len(range(n)) == n, len(range(n)))
for bad in (range(sys.maxsize + 1), range(-sys.maxsize, sys.maxsize)):
    try:
        len(bad)
    except OverflowError as e:
        print(e)
print(bisect.bisect_right(range(sys.maxsize - 1), sys.maxsize - 3))


class Long:
    def __len__(self):
        return sys.maxsize - 7


print(len(Long()))
n = 0
print(sys.getrefcount(b"ab" * n))

# division of ints of several digits: quotient and remainder by sign, runs of full and empty digits
values = [2**30 - 1, 2**30, 2**60 - 1, 2**60, 2**90 - 2**30, 2**90 + 1, 10**40, 10**41 + 7, 2**600 - 1, 2**600 - 2**300, 3**400]
total = 0
for a in values:
    for b in values:
        for x, y in ((a, b), (-a, b), (a, -b), (-a, -b)):
            q, r = divmod(x, y)
            assert q * y + r == x and x // y == q and x % y == r and (0 <= r < y or y < r <= 0)
            total = (total * 31 + q + r) % 1000003
print(total)
