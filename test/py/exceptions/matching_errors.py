for bad in (5, "x", (ValueError, 5), None):
    try:
        try:
            raise KeyError
        except bad:
            pass
    except TypeError as e:
        print(e)
try:
    raise "x"
except TypeError as e:
    print(e)
try:
    raise int
except TypeError as e:
    print(e)
class E(Exception):
    def __new__(cls):
        return 5
try:
    raise E
except TypeError as e:
    print(e)
e = ValueError(1); print(e == ValueError(1), e.with_traceback(None) is e, e.__reduce__()); e.add_note("n"); print(e.__notes__)
try:
    e.add_note(5)
except TypeError as x:
    print(x)
