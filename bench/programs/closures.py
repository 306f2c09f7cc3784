"""Closures, nonlocal, lambdas, functools.partial and decorators."""
from functools import partial, reduce


def counter():
    n = 0

    def bump(k=1):
        nonlocal n
        n += k
        return n
    return bump


def twice(f):
    def inner(x):
        return f(f(x))
    return inner


@twice
def inc(x):
    return x + 1


def main():
    total = 0
    bump = counter()
    add = partial(lambda a, b: a + b, 5)
    for i in range(50_000):
        bump()
        bump(2)
        total += inc(i) + add(i)
    made = [lambda x, i=i: x + i for i in range(10_000)]
    return total, bump(), reduce(lambda a, f: f(a), made, 0), sum(map(lambda v: v % 3, range(50_000)))
