"""isinstance, issubclass, abstract classes, type(), getattr, hasattr, len, min, max, any, all, zip, map, filter."""
from collections.abc import Iterable, Mapping


class A:
    x = 1


class B(A):
    __slots__ = ("y",)

    def __len__(self):
        return 3

    def __getattr__(self, name):
        if name == "ghost":
            return 5
        raise AttributeError(name)


def main():
    b, total = B(), 0
    values = [1, "a", b, [], {}, (), 2.5, None]
    for _ in range(6000):
        for v in values:
            total += isinstance(v, (int, str)) + isinstance(v, A) + isinstance(v, Iterable) + isinstance(v, Mapping)
            total += type(v) is B
        total += hasattr(b, "y") + hasattr(b, "ghost") + getattr(b, "none", 4) + b.x + len(b)
        total += min(3, 1, 2) + max([4, 9, 2]) + any([0, 0, 1]) + all((1, 1)) + sum(map(abs, (-1, 2)))
        total += len(list(zip((1, 2), (3, 4)))) + len(list(filter(None, (0, 1, 2)))) + issubclass(B, A)
    return total
