def f():
    1 / 0
try:
    f()
except ZeroDivisionError:
    print('seen')
    raise
