x = "module"
def outer():
    x = "outer"
    class A:
        y = x
        x = "class"
        z = x
        def m(self):
            return x
        lst = [x for _ in range(1)]
        gen = list(v for v in [x])
    return A
A = outer(); print(A.y, A.z, A().m(), A.lst, A.gen)
class B:
    n = 3
    try:
        squares = [n * i for i in range(n)]
    except NameError as e:
        print(e)
    def f(self):
        return __class__
print(B().f(), B.f.__closure__[0].cell_contents)
def deco(tag):
    def wrap(fn):
        def inner(*a):
            return (tag, fn(*a))
        return inner
    return wrap
@deco("a")
@deco("b")
def f(v):
    return v
print(f(1))
class C:
    @deco("m")
    def m(self):
        return 5
print(C().m())
def compose(*fs):
    def run(v):
        for fn in fs:
            v = fn(v)
        return v
    return run
print(compose(str, len, lambda n: n + 1)(12345))
