b = b"Hello, World"
print(b.upper(), b.lower(), b.swapcase(), b.title(), b.capitalize(), b.center(16, b"*"), b.zfill(15), b.split(b","), b.partition(b", "), b.rsplit(None, 1), b.replace(b"l", b"L", 2), b.find(b"o"), b.rfind(111), b.count(108), b.index(b"W"))
print(b"  x\t".strip(), b"xxay".lstrip(b"x"), b"-".join([b"a", bytearray(b"b"), memoryview(b"c")]), b"a\tb".expandtabs(3), b"a\nb\r\nc".splitlines(), b"abc".translate(None, b"b"), b"abc".translate(bytes(range(1, 256)) + b"\0"), bytes.maketrans(b"ab", b"xy")[97:99], b"abc".removeprefix(b"a"), b"x".hex(), b"abcdef".hex(":", 2), b"abcdef".hex("-", -4))
print(b"abc".isalpha(), b"12".isdigit(), b" ".isspace(), b"A".isupper(), b"".isascii(), b"\xe9".isalpha(), b"Ab Cd".istitle(), b"a1".isalnum())
for f in (lambda: b.split(","), lambda: b.find("a"), lambda: b"".join(["a"]), lambda: b.replace("a", "b"), lambda: b.index(b"zz"), lambda: b.count(256), lambda: b.center(20, "*"), lambda: b.startswith("H"), lambda: b.startswith((b"x", 1)), lambda: b.hex("ab"), lambda: b.hex("é"), lambda: b.translate(b"x"), lambda: b.strip("x"), lambda: b.fromhex(1), lambda: b.join(b"ab"), lambda: b.split(b"")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
