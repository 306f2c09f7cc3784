# holder: open_readers
# Readers are started, read once and forgotten, but a list keeps them suspended with their buffers.
open_readers = []


def reader(number):
    buffer = [number] * 100
    for item in buffer:
        yield item


def first(number):
    r = reader(number)
    open_readers.append(r)  # LEAK
    return next(r)


print(sum(first(i) for i in range(200)))
