def numbers(n):
    for i in range(n):
        yield i


def main():
    return sum(x for x in numbers(300_000) if x & 1)
