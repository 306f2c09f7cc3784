def deco(fn):
    raise TypeError('deco: ' + fn.__name__)
@deco
def f():
    pass
