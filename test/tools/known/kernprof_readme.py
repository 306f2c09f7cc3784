# run: -m kernprof -lv {}
@profile
def slow_function(a, b, c):
    s = 0
    for i in range(100):
        if i % 10 == 0:
            continue
        s += i * a
    return [x for x in range(b)]


class A:
    @profile
    def method(self, n):
        """A docstring."""
        try:
            raise ValueError(n)
        except ValueError:
            n += 1
        return slow_function(1, 2, 3)


@profile
def gen(n):
    for i in range(n):
        got = yield i
    return 5


@profile
def never():
    pass


print(A().method(3), list(gen(4)))
