"""A million small objects made and freed: tuples, floats, lists, instances, strings."""


class Empty:
    __slots__ = ()


def main():
    total = 0
    for i in range(40):
        a = [(j,) for j in range(5000)]
        b = [j + 0.5 for j in range(5000)]
        c = [[j] for j in range(5000)]
        d = [Empty() for _ in range(5000)]
        e = [str(j) for j in range(5000)]
        total += len(a) + len(b) + len(c) + len(d) + len(e)
    return total
