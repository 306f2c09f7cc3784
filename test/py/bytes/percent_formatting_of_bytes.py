print(b"%d %x %5d|%-5d|" % (1, 255, 2, 3), b"%s %b" % (b"x", bytearray(b"y")), b"%c%c" % (65, b"B"), b"%a %r" % ("é", "é"), b"%.2f %e %g" % (1.5, 2.5, 1e10), b"%(k)s" % {b"k": b"v"}, b"%5s|%-4s|%.1s" % (b"a", b"b", b"cd"), b"%%")
for fmt, args in ((b"%s", ("x",)), (b"%b", (1,)), (b"%d", ("a",)), (b"%c", (256,)), (b"%c", (b"ab",)), (b"%z", (1,)), (b"%d", ()), (b"%d", (1, 2)), (b"%(k)s", (1,))):
    try:
        print(fmt % args)
    except Exception as e:
        print(fmt, type(e).__name__, e)
print(bytearray(b"%d") % 5, type(bytearray(b"%d") % 5))
