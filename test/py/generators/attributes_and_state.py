import inspect
def g(n):
    yield n
i = g(1); print(i.__name__, i.__qualname__, i.gi_running, i.gi_yieldfrom, i.gi_code.co_name, inspect.getgeneratorstate(i)); next(i); print(inspect.getgeneratorstate(i), inspect.getgeneratorlocals(i)); list(i); print(inspect.getgeneratorstate(i))
i.__name__ = "x"; print(i.__name__, type(i), iter(i) is i)
try:
    i.__name__ = 5
except TypeError as e:
    print(e)
