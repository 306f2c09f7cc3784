"""Raising, catching, finally, with, custom exceptions, chaining, errors of built-in operations."""


class Problem(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Guard:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        return kind is KeyError


def risky(i):
    if i % 3 == 0:
        raise Problem(i)
    if i % 3 == 1:
        return {}[i]
    return i


def main():
    total = 0
    for i in range(40_000):
        try:
            with Guard():
                total += risky(i)
        except Problem as e:
            total += e.code & 7
        finally:
            total += 1
    for i in range(6000):
        try:
            try:
                int("x")
            except ValueError as e:
                raise LookupError(i) from e
        except LookupError as e:
            total += type(e.__cause__) is ValueError
    return total
