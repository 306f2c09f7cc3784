import contextlib
@contextlib.contextmanager
def cm(x):
    print("a", x)
    try:
        yield x
    except ValueError as e:
        print("caught", e)
    finally:
        print("b")
with cm(1) as v:
    raise ValueError(v)
with contextlib.suppress(KeyError), contextlib.ExitStack() as st:
    st.callback(print, "cb"); st.enter_context(cm(2)); {}["x"]
with contextlib.nullcontext(5) as n, contextlib.closing(type("X", (), {"close": lambda s: print("closed")})()):
    print(n)
@contextlib.contextmanager
def twice():
    yield 1
    yield 2
try:
    with twice():
        pass
except RuntimeError as e:
    print(e)
