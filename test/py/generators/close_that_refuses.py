def g():
    try:
        yield 1
    except GeneratorExit:
        yield 2
i = g(); next(i)
try:
    i.close()
except RuntimeError as e:
    print(e)
def again():
    next(j)
    yield
j = again()
try:
    next(j)
except ValueError as e:
    print(e)
def stop():
    yield 1
    raise StopIteration("inner")
try:
    list(stop())
except RuntimeError as e:
    print(e, repr(e.__cause__))
