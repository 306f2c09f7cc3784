for x in (0.0, -0.0, 1.0, 0.1, -2.5, 5e-324, 1.7976931348623157e308, float("inf"), float("nan"), 1e-310):
    h = x.hex()
    print(h, float.fromhex(h))
print(float.fromhex("0x1.8p3"), float.fromhex("  -0X.8P1 "), float.fromhex("1"), float.fromhex("ff"), float.fromhex("nan"), float.fromhex("-Infinity"), float.fromhex("0x1p-1074"), float.fromhex("0x1p-1075"))
for bad in ("", "0x", "xyz", "0x1p1024", "1.2.3", "0x1p", "0x1.ffffffffffffffp1023"):
    try:
        print(float.fromhex(bad))
    except Exception as e:
        print(type(e).__name__, e)
