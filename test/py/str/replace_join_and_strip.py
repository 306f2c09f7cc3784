print("aaa".replace("a", "b", 2), "abc".replace("", "-"), "".replace("", "x"), "abc".replace("b", ""), "a€b".replace("€", "😀"), "aaa".replace("a", "b", -1), "".replace("", "x", 1), "aaa".replace("aa", "b", 0))
print("-".join([]), "-".join(["a"]), "-".join("abc"), "".join(str(i) for i in range(5)), "€".join(["a", "😀"]), ", ".join({"k": 1}))
print("  x ".strip(), "xyx".strip("x"), "abcba".lstrip("ab"), "abcba".rstrip("ab"), "\u3000x\u2009".strip(), "x".strip(""), "xx".strip("x"), "abc".removeprefix("ab"), "abc".removesuffix("bc"), "abc".removeprefix("x"))
for f in (lambda: "-".join(["a", 1]), lambda: "".join(None), lambda: "".join([b"x"]), lambda: "a".strip(1), lambda: "a".replace("b"), lambda: "a".replace(1, 2), lambda: "".join([1])):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
