import binascii
import copy
import gzip
import io
import random
import zlib

random.seed(3)
text = ("".join(random.choice("abcdefgh ijk\n") for _ in range(40000))).encode()
samples = {
    "empty": b"", "one": b"a", "hello": b"hello world " * 10, "text": text, "zeros": bytes(100000), "random": random.randbytes(30000),
    "words": b" ".join(random.choice([b"alpha", b"beta", b"gamma", b"delta", b"epsilon"]) for _ in range(20000)),
    "far": random.randbytes(20000) * 3, "python": open(__file__, "rb").read() * 9,
}


def crc(b):
    return len(b), zlib.crc32(b)


for name, data in samples.items():
    print(name, len(data), zlib.crc32(data), zlib.adler32(data), zlib.crc32(data, 7), zlib.adler32(data, 9))
    for level in range(-1, 10):
        c = zlib.compress(data, level)
        assert zlib.decompress(c) == data
        print(level, *crc(c), end="; ")
    print()
    for strategy in (zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED):
        for wbits, mem in ((15, 8), (-15, 9), (31, 1), (9, 5), (-10, 3)):
            c = zlib.compressobj(5, zlib.DEFLATED, wbits, mem, strategy)
            out = c.compress(data) + c.flush()
            d = zlib.decompressobj(wbits)
            assert d.decompress(out) + d.flush() == data and d.eof
            print(*crc(out), end=" ")
    print()
for mode in (zlib.Z_NO_FLUSH, zlib.Z_PARTIAL_FLUSH, zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH, zlib.Z_BLOCK):
    for level in (0, 1, 6):
        c = zlib.compressobj(level)
        parts = []
        for i in range(0, len(text), 3000):
            parts.append(c.compress(text[i : i + 3000]))
            parts.append(c.flush(mode))
        parts.append(c.flush())
        out = b"".join(parts)
        assert zlib.decompress(out) == text
        print(mode, level, *crc(out), [len(p) for p in parts[:6]])

c = zlib.compress(samples["words"])
d = zlib.decompressobj()
got = b""
tail = c
steps = 0
while not d.eof:
    got += d.decompress(tail, 1000)
    tail = d.unconsumed_tail
    steps += 1
print(got == samples["words"], steps, d.unused_data, d.unconsumed_tail)
d = zlib.decompressobj()
got = b"".join(d.decompress(bytes([b])) for b in c + b"extra")
print(got == samples["words"], d.unused_data, d.eof, d.decompress(b"more"), d.unused_data, d.flush())
d = zlib.decompressobj()
print(len(d.decompress(c, 10)), len(d.unconsumed_tail) > 0, len(d.flush()), d.eof)
d = zlib.decompressobj()
part = d.decompress(c[:100])
e = d.copy()
f = copy.deepcopy(d)
print(part + d.decompress(c[100:]) == part + e.decompress(c[100:]) == part + f.decompress(c[100:]) == samples["words"])
k = zlib.compressobj()
start = k.compress(text[:20000])
k2 = copy.copy(k)
a = start + k.compress(text[20000:]) + k.flush()
b = start + k2.compress(b"other") + k2.flush()
print(zlib.decompress(a) == text, zlib.decompress(b) == text[:20000] + b"other")

zdict = b"alpha beta gamma delta epsilon"
k = zlib.compressobj(zdict=zdict)
out = k.compress(b"gamma delta alpha beta") + k.flush()
print(binascii.hexlify(out))
print(zlib.decompressobj(zdict=zdict).decompress(out))
for f in (lambda: zlib.decompress(out), lambda: zlib.decompressobj(zdict=b"wrong").decompress(out), lambda: zlib.decompress(b""), lambda: zlib.decompress(b"abc"),
          lambda: zlib.decompress(c[:-1]), lambda: zlib.decompress(c[:-4] + b"\0\0\0\0"), lambda: zlib.decompress(c[:50] + b"\xff" * 60 + c[110:]), lambda: zlib.decompress(b"\x78\x9c\x07"),
          lambda: zlib.decompress(b"\x78\x9c\x01\1\0\0\0"), lambda: zlib.decompress(c, -15), lambda: zlib.decompress(c, 31), lambda: zlib.decompress(c, 10), lambda: zlib.decompress(c, 99),
          lambda: zlib.compress(b"", 10), lambda: zlib.compress(b"", wbits=3), lambda: zlib.compressobj(10), lambda: zlib.compressobj(wbits=100), lambda: zlib.decompressobj(99),
          lambda: zlib.compress("str"), lambda: zlib.decompress(c, bufsize=-1), lambda: zlib.decompressobj().decompress(c, -2), lambda: zlib.decompressobj().flush(0),
          lambda: k.compress(b"x"), lambda: k.flush(), lambda: k.copy(), lambda: zlib.decompressobj(zdict=3), lambda: zlib.crc32("x"), lambda: zlib.decompress(b"\x1f\x8b\x08\xe0" + bytes(10), 31)):
    try:
        print("no error", f())
    except (zlib.error, ValueError, TypeError) as e:
        print(type(e).__name__, e)
print(zlib.decompress(c, bufsize=1) == samples["words"], zlib.decompress(zlib.compress(b"auto", wbits=31), 47), zlib.decompress(zlib.compress(b"auto"), 32 + 15))
k = zlib.compressobj(wbits=-15, zdict=zdict)
raw = k.compress(b"gamma delta alpha beta") + k.flush()
print(raw, zlib.decompressobj(-15, zdict=zdict).decompress(raw))

buf = io.BytesIO()
with gzip.GzipFile("name", "wb", fileobj=buf, mtime=0) as g:
    g.write(text)
print(*crc(buf.getvalue()), gzip.decompress(buf.getvalue()) == text, gzip.decompress(gzip.compress(b"abc", mtime=1) * 2))
try:
    gzip.decompress(gzip.compress(b"abc")[:-3])
except EOFError as e:
    print(e)
import zipfile
buf = io.BytesIO()
with zipfile.ZipFile(buf, "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr(zipfile.ZipInfo("a.txt"), text, zipfile.ZIP_DEFLATED)
    z.writestr(zipfile.ZipInfo("b.txt"), b"stored")
with zipfile.ZipFile(buf) as z:
    print(z.namelist(), z.read("a.txt") == text, z.getinfo("a.txt").compress_size, z.testzip())
