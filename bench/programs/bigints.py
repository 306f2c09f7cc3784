"""Integers of many digits: powers, products, quotients, conversion to and from decimal."""


def main():
    a, b = 3 ** 2000, 7 ** 1500
    total = 0
    for i in range(300):
        c = a * b + i
        q, r = divmod(c, b - i)
        total = (total + q % 1_000_003 + r % 1_000_003) % 1_000_003
    text = str(a * b)
    return total, int(text[:600]) % 997, sum(int(str(b + i)) % 991 for i in range(60)), pow(5, a, 10 ** 40 + 7)
