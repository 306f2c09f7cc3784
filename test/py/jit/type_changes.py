# Hot code that meets other types, classes and globals than it was compiled for.
import sys


def add(a, b):
    s = a
    s += b
    return s + b


for _ in range(200):
    add(1, 2)
print(add(1, 2), add(1.5, 2), add(2**30, 2**31), add(2**52, 2**53), add("a", "b"), add([1], [2]), add(True, -5))
try:
    add(1, "x")
except TypeError as e:
    print(e)


def grow(n):
    s = ""
    for i in range(n):
        s += str(i % 10)
        s = s + "-" if i % 7 else s + "+"
    return s


print(len(grow(1000)), grow(12), hash(grow(50)) == hash("".join(grow(50))))


class A:
    def __init__(self):
        self.v = 1

    def get(self):
        return self.v


class B(A):
    __slots__ = ()

    def get(self):
        return -self.v


def use(o):
    total = 0
    for _ in range(300):
        total += o.get()
    return total


a = A()
print(use(a), use(B()), use(a))
A.get = lambda self: 7
print(use(a))
a.get = lambda: 9
print(use(a))
del a.get
a.__dict__["v"] = 3
A.get = lambda self: self.v
print(use(a), sys.getrefcount(a))

K = 1


def read():
    return sum(K for _ in range(100))


def reads():
    for _ in range(100):
        read()
    return read()


print(reads())
K = 2
print(reads())
del K
try:
    reads()
except NameError as e:
    print(e)
len_ = len
print(sum(len(x) for x in ["ab"] * 500))
len = lambda x: 100
print(sum(len(x) for x in ["ab"] * 500))
del len
print(sum(len(x) for x in ["ab"] * 500))


class Loud:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        f = sys._getframe(1)
        log.append((self.n, f.f_code.co_name, f.f_lineno - f.f_code.co_firstlineno))


log = []


def finalizers():
    x = Loud(1)
    for i in range(120):
        x = Loud(i)
        y = x
        x = None
        y = 5
    return y


finalizers()
print(len(log), log[-1], log[5], sorted({entry[1:] for entry in log}))


def shifts(n):
    r = []
    for i in range(-n, n):
        r.append((i << 3, i >> 1, i // 3, i % 3, i % -3, i & 6, i | 8, i ^ 5, -i * 0, i * 3 - 1, i / 4))
    return r


for _ in range(60):
    r = shifts(4)
print(r)
x = 0.0


def zeros():
    a = 0
    for i in range(300):
        a = (a - 0) * -1
    return a, str(-0.0 * 1), 0 * -1


for _ in range(60):
    z = zeros()
print(z)
