"""Matrix product, transposition with zip, a sieve and prefix sums on lists: indexing, slices, range loops."""
from itertools import accumulate, chain, islice, product


def multiply(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, col)) for col in columns] for row in a]


def main():
    a = [[(i * j) % 10 for j in range(40)] for i in range(40)]
    b = multiply(multiply(a, a), a)
    sieve = bytearray([1]) * 60_000
    for i in range(2, 245):
        if sieve[i]:
            sieve[i * i::i] = bytes(len(range(i * i, 60_000, i)))
    table = [0] * 1000
    for i in range(1, 1000):
        for j in range(i, 1000, i):
            table[j] += i
    tail = list(islice(accumulate(chain(table, table)), 5, None))
    return sum(map(sum, b)), sum(sieve), max(table), tail[-1], sum(p * q for p, q in product(range(150), repeat=2))
