# run: -m memory_profiler {}
@profile
def my_func():
    a = [1] * (10 ** 6)
    b = [2] * (2 * 10 ** 7)
    del b
    return a


@profile
def loop(n):
    total = 0
    for i in range(n):
        total += sum(
            [i] * 10)
    return [x for x in range(total)][:n]


class Thing:
    @profile
    def method(self):
        """A docstring."""
        return self


if __name__ == '__main__':
    my_func()
    loop(3)
    Thing().method()
