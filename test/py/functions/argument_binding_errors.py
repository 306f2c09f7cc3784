def f(a, b=2, *args, c, d=4, **kw):
    return a, b, args, c, d, kw
def g(a, /, b, *, c):
    return a, b, c
def h():
    pass
def k(a, b, c=1):
    pass
print(f(1, c=3), f(1, 5, 6, 7, c=8, z=9), f(c=1, a=2), f(*[1, 2], **{"c": 3, "x": 4}), g(1, 2, c=3), g(1, c=3, b=2))
for src in ("f()", "f(1)", "f(1, a=2, c=3)", "f(1, c=3, c=4)" if False else "f(1, **{'c': 1}, **{'c': 2})", "g(1, 2)", "g(a=1, b=2, c=3)", "g(1)", "g(1, 2, 3)", "g()", "h(1)", "h(x=1)", "k()", "k(1)", "k(1, 2, 3, 4)", "k(1, 2, d=5)", "f(*5)", "f(**5)", "f(1, *None, c=2)", "f(**{1: 2})", "g(1, 2, c=3, d=4)", "k(*[1, 2, 3, 4], x=1)", "h(*'ab')", "(lambda x: x)()", "g(1, 2, 3, c=4)", "f(**{'c': 1}, **[1])", "h(1, 2, **{})"):
    try:
        print(eval(src))
    except TypeError as e:
        print(src, "->", e)
