class It:
    def __init__(self):
        self.n = 0
    def __iter__(self):
        return self
    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration("done")
        return self.n
class Seq:
    def __getitem__(self, i):
        if i > 2:
            raise IndexError
        return i * i
class Bad:
    def __iter__(self):
        return 5
print(list(It()), list(Seq()), 4 in Seq(), max(It()), dict(zip("abc", It())), list(iter(iter([1, 2, 3, 4]).__next__, 3)), next(iter([]), "d"), tuple(map(pow, [2, 3], It())), [*zip(It(), "ab")])
for f in (lambda: iter(Bad()), lambda: iter(object()), lambda: [*5], lambda: list(zip([1], [1, 2], strict=True)), lambda: list(zip([1, 2], [1], strict=True)), lambda: list(map(lambda a: a, [1], [2])), lambda: next(Seq()), lambda: dict(zip(5)), lambda: reversed(It())):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
