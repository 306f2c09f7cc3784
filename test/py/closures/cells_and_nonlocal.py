def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    def get():
        return n
    return inc, get
inc, get = counter(); inc(); inc(5); print(get(), inc.__closure__[0].cell_contents, inc.__code__.co_freevars, counter.__code__.co_cellvars, inc.__closure__[0] is get.__closure__[0])
inc.__closure__[0].cell_contents = 100; print(get())
import types
c = types.CellType(); print(c == types.CellType(), types.CellType(1) < types.CellType(2))
try:
    c.cell_contents
except ValueError as e:
    print(e)
c.cell_contents = 5; del c.cell_contents
try:
    c.cell_contents
except ValueError as e:
    print(e)
def late():
    def f():
        return v
    try:
        f()
    except NameError as e:
        print(e)
    v = 1
    r = f()
    del v
    try:
        f()
    except NameError as e:
        print(e)
    return r
print(late())
fns = []
for i in range(3):
    def f(i=i):
        return i
    fns.append((f, lambda: i))
print([(a(), b()) for a, b in fns])
try:
    types.FunctionType(inc.__code__, {})
except TypeError as e:
    print(e)
g = types.FunctionType(get.__code__, {}, "g", None, (types.CellType(7),)); print(g(), g.__name__)
