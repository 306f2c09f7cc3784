def f(x, acc=[]):
    acc.append(x); return acc
print(f(1), f(2), f(3, []), f.__defaults__)
def g(n=len("abc"), m=[i for i in range(3)]):
    return n, m
print(g(), [h() for h in [lambda: i for i in range(3)]], [h() for h in [lambda i=i: i for i in range(3)]])
x = 1
def k(a=x):
    return a
x = 2; print(k())
def order(a=print("a"), b=print("b"), *, c=print("c")) -> print("ret"):
    pass
