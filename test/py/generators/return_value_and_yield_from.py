def a():
    r = yield from b(); print("r", r); return "a"
def b():
    x = yield 1; print("x", x); return "b"
i = a(); print(next(i))
try:
    i.send("hi")
except StopIteration as e:
    print(e.value)
print(list(x for x in (yield_ for yield_ in "ab")), [*a.__call__()])
def c():
    yield from [1, 2]; yield from {}; yield from "z"
print(list(c()))
try:
    next(c.__class__(c.__code__, {})()); next((lambda: (yield from 5))())
except TypeError as e:
    print(e)
