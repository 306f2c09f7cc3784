# Debian: python3-sortedcontainers. Lists, dicts and sets that stay sorted.
import random
from sortedcontainers import SortedDict, SortedKeyList, SortedList, SortedSet

random.seed(5)
numbers = SortedList(load for load in (random.randrange(1000) for _ in range(5000)))
numbers._reset(50)
print(len(numbers), numbers[:5], numbers[-3:], numbers.bisect(500), numbers.count(numbers[100]))
for v in list(numbers[::7]):
    numbers.remove(v)
numbers._check()
print(len(numbers), list(numbers.irange(10, 20)), numbers.index(numbers[1000]))
words = SortedKeyList("the quick brown fox jumps over the lazy dog".split(), key=lambda w: (len(w), w))
words.add("a")
print(list(words), list(words.irange_key((4, ""), (5, "k"))))
table = SortedDict({c: i for i, c in enumerate("hello world")})
table["zebra"] = 99
print(table, table.peekitem(0), table.keys()[-1], list(table.irange("m", "s")))
print(SortedSet("abracadabra") ^ SortedSet("alakazam"), SortedSet([3, 1, 2]).islice(1) is not None)
try:
    SortedList([1, "a"])
except TypeError as e:
    print(e)
