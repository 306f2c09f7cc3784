"""Tuple and starred unpacking, swaps, calls with * and **."""


def take(a, b, *rest, key=0, **more):
    return a + b + len(rest) + key + len(more)


def main():
    total = 0
    row, extra = (1, 2, 3, 4, 5, 6), {"key": 3, "other": 1}
    for i in range(60_000):
        a, b, c, d, e, f = row
        a, b = b, a
        first, *middle, last = row
        (x, y), z = (a, b), c
        total += a + b + x + y + z + first + last + len(middle)
        total += take(*row) + take(i, 1, **extra)
        row = (b, a, d, c, f, e)
    return total
