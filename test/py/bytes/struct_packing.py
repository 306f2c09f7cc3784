import struct
print(struct.pack("<iHb", -1, 65535, -128), struct.pack(">q", 2**62), struct.pack("=3s5p", b"abcd", b"xyz"), struct.calcsize("bi"), struct.calcsize("<bi"), struct.pack("?d", True, 1.5), struct.pack("@P", 255), struct.pack("e", 1.5), struct.pack("2x3B", 1, 2, 3))
print(struct.unpack("<hh", b"\x01\x00\xff\xff"), list(struct.iter_unpack("<H", b"\1\0\2\0")), struct.unpack_from(">I", b"xx\0\0\1\0", 2), struct.Struct("<3h").size, struct.unpack("c2s", b"abc"), struct.Struct("<I").format)
buf = bytearray(8); struct.pack_into("<I", buf, 2, 0xdeadbeef); print(buf)
for f in (lambda: struct.pack("b", 128), lambda: struct.pack("B", -1), lambda: struct.pack("H", 70000), lambda: struct.pack("i", "a"), lambda: struct.pack("z", 1), lambda: struct.pack("ii", 1), lambda: struct.unpack("i", b"abc"), lambda: struct.pack_into("I", buf, 6, 1), lambda: struct.pack("q", 2**63), lambda: struct.pack("s", "x"), lambda: struct.pack("c", b"ab"), lambda: struct.pack("f", 1e300), lambda: struct.unpack_from("I", b"abc"), lambda: struct.pack("5", 1), lambda: struct.calcsize(">P"), lambda: list(struct.iter_unpack("H", b"abc")), lambda: struct.pack("?", 1, 2)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
