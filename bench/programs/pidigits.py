"""Digits of pi by a spigot: integers of thousands of digits."""


def main():
    q, r, t, k, n, x = 1, 0, 1, 1, 3, 3
    digits = []
    while len(digits) < 900:
        if 4 * q + r - t < n * t:
            digits.append(str(n))
            q, r, n = q * 10, 10 * (r - n * t), (10 * (3 * q + r)) // t - 10 * n
        else:
            q, r, t, k, n, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2
    text = "".join(digits)
    return text[:10], text[-10:], sum(map(int, text))
