m = memoryview(bytearray(range(12)))
print(m.nbytes, m.itemsize, m.format, m.ndim, m.shape, m.strides, m.suboffsets, m.readonly, m.c_contiguous, m.f_contiguous, m.contiguous, m.obj)
c = m.cast("H"); print(c.tolist(), c.itemsize, len(c), c[1]); d = m.cast("B", (3, 4)); print(d.tolist(), d.shape, d.strides, d[1, 2], d.ndim)
print(m[::2].tolist(), m[::-1].tolist(), m[2:5] == b"\x02\x03\x04", m[3:3].tolist(), memoryview(b"ab") == memoryview(b"ab"), m.hex()[:6], hash(memoryview(b"ab")) == hash(b"ab"), m.toreadonly().readonly)
for f in (lambda: m.cast("Q"), lambda: m.cast("zz"), lambda: m.cast("B", (5, 5)), lambda: m[12], lambda: m["a"], lambda: memoryview(5), lambda: memoryview("x"), lambda: memoryview(b"x").__setitem__(0, 1), lambda: m.__setitem__(0, 256), lambda: m.__setitem__(slice(0, 2), b"abc"), lambda: hash(m), lambda: d[0], lambda: m.__setitem__(0, b"x"), lambda: m[::2].cast("H"), lambda: m.__delitem__(0), lambda: d[1, 7]):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
