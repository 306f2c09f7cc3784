def g():
    raise StopIteration('x')
    yield
next(g())
