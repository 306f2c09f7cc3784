class A:
    def __str__(self):
        return "A!"
class B:
    def __str__(self):
        return 5
class C:
    def __repr__(self):
        return "C()"
class D:
    def __repr__(self):
        return None
print(str(), str(A()), str(C()), f"{C()} {A()!r:.3}"[:6], str(b"x"), str(b"h\xc3\xa9", "utf-8"), str(bytearray(b"q"), "ascii"), str(object=5), str(b"\xff", errors="replace") == "\ufffd")
for f in (lambda: str(B()), lambda: repr(D()), lambda: str(5, "utf-8"), lambda: str("x", "utf-8"), lambda: str(1, 2, 3, 4), lambda: str(b"\xff", "ascii"), lambda: print(D())):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
