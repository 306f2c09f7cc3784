print((1024).to_bytes(2, "big"), (1024).to_bytes(4, "little"), (-1).to_bytes(3, "big", signed=True), (0).to_bytes(0, "big"))
print((65).to_bytes(), int.from_bytes(b"\x00\x10"), int.from_bytes(b"\xfc\x00", "big", signed=True), int.from_bytes(b"", "little"))
print(int.from_bytes([255, 0, 0], "little"), int.from_bytes(bytes(range(20)), "little"), (2**200).to_bytes(26, "little").hex())
for f in (lambda: (256).to_bytes(1, "big"), lambda: (-1).to_bytes(1, "big"), lambda: (1).to_bytes(-1, "big"), lambda: (1).to_bytes(1, "middle"),
          lambda: int.from_bytes("ab", "big"), lambda: int.from_bytes([256], "big"), lambda: (128).to_bytes(1, "big", signed=True), lambda: (1).to_bytes(1, "big", True)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
class Sub(int):
    pass
print(type(Sub.from_bytes(b"\x05", "big")), Sub.from_bytes(b"\x05", "big"))
