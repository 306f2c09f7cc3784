for s in ("", "ab", "-5", "+x", "é€"):
    print(repr(s.center(5)), repr(s.center(6, "*")), repr(s.ljust(4, "€")), repr(s.rjust(4)), repr(s.zfill(5)), repr(s.center(-1)))
print(repr("a\tb\t\tc".expandtabs()), repr("a\tb".expandtabs(0)), repr("abc\td\n\te".expandtabs(4)), repr("\t".expandtabs(-1)))
for f in (lambda: "a".center(5, "ab"), lambda: "a".center(5, ""), lambda: "a".ljust("x"), lambda: "a".zfill(), lambda: "a".center(5, b"x")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
