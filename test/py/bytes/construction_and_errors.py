print(bytes(), bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), bytes(b"x"), bytes(bytearray(b"y")), bytes(range(3)), bytes(memoryview(b"mv")), bytes.fromhex("dead BE ef"), bytes(iter([7])))
class B:
    def __bytes__(self):
        return b"custom"
class Bad:
    def __bytes__(self):
        return "x"
class I:
    def __index__(self):
        return 2
print(bytes(B()), bytes(I()))
for args in (("a",), (1.5,), ([256],), ([-1],), (["a"],), (-1,), (5, "utf-8"), ("a", "nope"), (Bad(),), (None,), (b"a", "x"), (2**70,), ({"a": 1},)):
    try:
        print(bytes(*args))
    except Exception as e:
        print(type(e).__name__, e)
for h in ("a", "zz", "a b", "€", "12 3"):
    try:
        bytes.fromhex(h)
    except ValueError as e:
        print(e)
