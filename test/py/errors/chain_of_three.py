def a():
    try:
        1 / 0
    except Exception as e:
        raise KeyError('a') from e
try:
    a()
except KeyError:
    raise IndexError('b')
