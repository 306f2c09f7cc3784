# run: -m kernprof -lv {}
# Lines that are left in one way only: line_profiler 4.0 counts one way of leaving a line that has several.
@profile
def slow_function(a, b, c):
    s = sum(i * a for i in range(100))
    t = [x for x in range(b)]
    return (s, t, c)


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
    got = yield n
    yield got
    return 5


@profile
def never():
    pass


print(A().method(3), A().method(4), list(gen(4)))
