s = "hello"
print(s.startswith("he"), s.startswith(("x", "he")), s.startswith(()), s.startswith("l", 2), s.startswith("lo", 3, 4), s.startswith("", 5), s.startswith("", 6), s.endswith("lo"), s.endswith(("a", "o")), s.endswith("ll", 0, 4), s.endswith("", -100))
for bad in (1, ["he"], ("a", 1), b"he", None):
    for m in ("startswith", "endswith"):
        try:
            getattr(s, m)(bad)
        except TypeError as e:
            print(e)
print("a" in s, "" in s, "lo" in s, "xyz" in s)
try:
    1 in s
except TypeError as e:
    print(e)
