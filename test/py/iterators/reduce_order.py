# What __reduce__, join and len do when code they run changes what they work on.
import builtins
import sys

it = iter(tuple[int])


class Name:
    def __hash__(self):
        return hash("iter")

    def __eq__(self, other):
        list(it)
        return other == "iter"


saved = builtins.iter
del builtins.__dict__["iter"]
builtins.__dict__[Name()] = saved
try:
    r = it.__reduce__()
finally:
    del builtins.__dict__["iter"]
    builtins.iter = saved
print(r[1])

array = bytearray(b",")


def items():
    try:
        array.clear()
    except BufferError as e:
        print(e)
    yield b"A"
    yield b"B"


print(array.join(items()), array)
array.clear()
print(len(range(-sys.maxsize, sys.maxsize, 2)) == sys.maxsize, len(range(sys.maxsize - 1)) == sys.maxsize - 1)
