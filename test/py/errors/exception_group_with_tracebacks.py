def f():
    raise ValueError('v')
try:
    f()
except ValueError as e:
    x = e
raise ExceptionGroup('g', [x, OSError(5, 'io')]) from x
