s = "abc"
for f in (lambda: setattr(s, "x", 1), lambda: s.nope, lambda: s.__setitem__(0, "x"), lambda: delattr(s, "upper"), lambda: setattr(str, "x", 1), lambda: str.upper(), lambda: str.upper(5), lambda: "a".upper(1), lambda: s.upper.nope):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
try:
    s[0] = "x"
except TypeError as e:
    print(e)
try:
    del s[0]
except TypeError as e:
    print(e)
print(s.upper, str.upper, type(s.upper), type(str.upper)) if False else print(repr(str.upper), type(s.upper).__name__, s.upper.__self__, str.__mro__)
