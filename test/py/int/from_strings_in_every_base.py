print(int("  12_345 "), int("-0b101", 0), int("0o17", 8), int("0XfF", 16), int("z", 36), int("+7"))
print(int(b"42"), int(bytearray(b"1010"), 2), int("٣٤"), int("0_0"), int("0", 0), int("00", 0))
for args in (("",), ("1__2",), ("_1",), ("1_",), ("0x",), ("09", 0), ("2", 2), ("a", 10), ("1", 1), ("1", 37), (1, 2), (b"x1",), ("١x",), ("0b2", 0), ("\ud800",), ("1\0",)):
    try:
        print(int(*args))
    except Exception as e:
        print(type(e).__name__, e)
for bad in (None, [], 1j, object):
    try:
        int(bad)
    except TypeError as e:
        print(e)
try:
    int(x=5)
except TypeError as e:
    print(e)
try:
    int(base=10)
except TypeError as e:
    print(e)
