for s in ("1_000.5", " 1e5\n", "+.5", "5.", "1E-3", "infinity", "-INF", "nAn", "1e400", "1e-400", "٣.٥", "0x10", "", ".", "1__0", "1_e5", "e5", "1e", "--1", "1 2", "1\x00"):
    try:
        print(repr(float(s)))
    except ValueError as e:
        print(e)
print(float(b"2.5"), float(bytearray(b" 3 ")), float(True), float())
for bad in (None, [], 1j):
    try:
        float(bad)
    except TypeError as e:
        print(e)
