x = "global"
def a():
    try:
        print(x)
    except UnboundLocalError as e:
        print(e, e.name if hasattr(e, "name") else "")
    x = 1
def b():
    global x
    x = "changed"
def c():
    del y_local
    y_local = 1
def d():
    v = 1
    del v
    return v
def e():
    return undefined_name
def g():
    def inner():
        return later
    try:
        inner()
    except NameError as err:
        print(err)
    later = 5
    return inner()
a(); b(); print(x, g())
for f in (c, d, e):
    try:
        f()
    except NameError as err:
        print(type(err).__name__, err, getattr(err, "name", None))
try:
    del nothere
except NameError as err:
    print(err)
for src in ("def f():\n x=1\n global x", "def f(x):\n global x", "nonlocal z", "def f():\n nonlocal q", "def f():\n print(x)\n global x", "def f(a, a): pass", "def f(x):\n nonlocal x", "class A:\n nonlocal x", "return 5", "def f(a=1, b): pass", "f(a=1, 2)", "f(**k, *a)", "lambda x=1, y: 0", "def f(*): pass", "def f(*, **k): pass", "def f(/, a): pass", "def f(a, *b, *c): pass", "f(a for a in b, c)", "f(1=2)", "f(a=1, a=2)", "f(True=1)", "def None(): pass", "def f(None): pass"):
    try:
        compile(src, "<s>", "exec")
    except SyntaxError as err:
        print(repr(src), "->", err.msg, err.lineno, err.offset)
