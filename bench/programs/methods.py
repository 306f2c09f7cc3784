"""Calls of functions, bound methods, class methods, static methods, super and properties."""


class Base:
    def __init__(self):
        self.n = 0

    def step(self, k):
        self.n += k
        return self

    @classmethod
    def make(cls):
        return cls()

    @staticmethod
    def twice(k):
        return k * 2

    @property
    def value(self):
        return self.n


class Child(Base):
    def step(self, k=1, *, by=1):
        return super().step(k * by)


def main():
    total = 0
    child = Child.make()
    bound = child.step
    for i in range(40_000):
        child.step(1).step(2, by=2)
        bound(1)
        total += child.twice(i) + child.value
    return total, child.n
