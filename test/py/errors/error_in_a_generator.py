def g():
    yield 1
    raise OSError('in gen')
for x in g():
    print(x)
