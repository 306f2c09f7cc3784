for args in ((), (None,), (None, 1), (",",), (",", 1), (",", 0), ("aa",), (",", -1)):
    for s in ("a, b,,c", "  x  y ", "", "aaaa", "\t\n"):
        print(repr(s), args, s.split(*args), s.rsplit(*args))
for args in (("",), (1,), (",", "x"), (None, None)):
    try:
        "a".split(*args)
    except Exception as e:
        print(type(e).__name__, e)
print("a b".split(maxsplit=1), "a,b".split(sep=","), "x\u2003y\u00a0z".split())
