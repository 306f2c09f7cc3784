from contextlib import closing


def reader(number):
    buffer = [number] * 100
    for item in buffer:
        yield item


def first(number):
    with closing(reader(number)) as r:
        return next(r)


print(sum(first(i) for i in range(300)))
