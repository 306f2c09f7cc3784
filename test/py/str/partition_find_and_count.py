s = "one--two--three"
print(s.partition("--"), s.rpartition("--"), s.partition("x"), s.rpartition("x"))
print(s.find("two"), s.find("x"), s.rfind("--"), s.find("--", 4), s.find("--", 4, 9), s.find("", 20), s.find("", 15), s.rfind(""), s.index("t"))
print("aaaa".count("aa"), "abc".count(""), "".count(""), "abc".count("", 3), "abc".count("", 4), "x€y€".count("€"))
for f in (lambda: s.index("zz"), lambda: s.rindex("zz"), lambda: s.partition(""), lambda: s.find(1), lambda: s.count(), lambda: s.find("a", "b")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
