for b in (b"abc", b"it's", b'"', b"'\"", b"\n\t\r\\", bytes(range(32)), b"\x7f\x80\xff", bytearray(b"x'y"), bytearray()):
    print(b, str(b), len(b))
print([b"a"[0], b"abc"[1:], b"abc"[::-1], b"abc"[-1]], list(b"\x00\xff"), b"a" in b"abc", 97 in b"abc")
for f in (lambda: b"abc"[5], lambda: b"abc"["a"], lambda: "a" in b"abc", lambda: 256 in b"abc", lambda: b"a" + "b", lambda: b"a" * 1.5, lambda: b"a" < "a", lambda: -1 in b"a"):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
