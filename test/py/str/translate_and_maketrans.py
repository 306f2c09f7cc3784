print("abc".translate({97: "X", 98: None, 99: 0x20ac}), "abc".translate(str.maketrans("ab", "yz", "c")), "a€".translate({0x20ac: "euro"}))
print(str.maketrans({"a": 1, 98: "x"}), str.maketrans("ab", "cd"), str.maketrans("a", "b", "cc"))
class D(dict):
    def __missing__(self, k):
        return chr(k).upper() * 2
print("héy".translate(D()), "abc".translate([None] * 97 + ["Q"]))
for f in (lambda: str.maketrans("a", "bc"), lambda: str.maketrans({"ab": 1}), lambda: str.maketrans(1), lambda: "a".translate({97: -1}), lambda: "a".translate({97: 0x110000}), lambda: "a".translate({97: 1.5}), lambda: "a".translate(1), lambda: str.maketrans({1.5: 1})):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
