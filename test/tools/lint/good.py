import functools
import itertools
import json


class Row:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a = a
        self.b = b


@functools.lru_cache(maxsize=100)
def remember(key):
    return key * 100


failures = {}


def parse(text):
    try:
        return int(text)
    except ValueError as e:
        failures[type(e).__name__] = str(e)
        failures.pop("nothing", None)


def total(n):
    return sum(i * i for i in range(n))


def join(n):
    return "".join(str(i) for i in range(n))


def tail(data):
    return sum(itertools.islice(data, 1, None))


def main():
    rows = [Row(i, str(i)) for i in range(2000)]
    print(total(20000), len(join(3000)), tail(list(range(5000))))
    for i in range(300):
        remember(str(i) * 3)
        parse("x")
    with open(__file__ + "on") as f:
        print(len(rows), json.load(f))


main()
