try:
    try:
        raise KeyError(1)
    except KeyError as k:
        raise ValueError(2) from None
except ValueError as v:
    print(repr(v.__context__), v.__cause__, v.__suppress_context__)
try:
    try:
        1 / 0
    finally:
        [][0]
except IndexError as e:
    print(repr(e.__context__), e.__suppress_context__)
    e.__cause__ = e.__context__; print(e.__suppress_context__)
for n, v in (("__cause__", 5), ("__context__", 5), ("__traceback__", 5), ("args", 5)):
    try:
        setattr(ValueError(), n, v)
    except TypeError as x:
        print(x)
try:
    del e
except NameError as x:
    print(x)
