"""All placements of queens: permutations as a generator, sets of sums."""


def permutations(items):
    items = list(items)
    if not items:
        yield ()
        return
    for i, first in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield (first, *rest)


def main():
    n, found = 7, 0
    columns = range(n)
    for p in permutations(columns):
        if n == len({p[i] + i for i in columns}) == len({p[i] - i for i in columns}):
            found += 1
    return found
