# Streams made elsewhere and here, in pieces, with limits, broken and cut off.
import bz2
import io

TEXT = b"".join(b"line %d of the text\n" % (i * i) for i in range(3000))
for data in (b"", b"a", b"aaaa", b"a" * 5000, TEXT, bytes(range(256)) * 40):
    for level in (1, 9):
        c = bz2.BZ2Compressor(level)
        packed = b"".join(c.compress(data[i:i + 1000]) for i in range(0, len(data), 1000)) + c.flush()
        d = bz2.BZ2Decompressor()
        out = [d.decompress(packed[i:i + 500]) for i in range(0, len(packed), 500)]
        print(b"".join(out) == data, d.eof, d.unused_data, d.needs_input, packed[:4])
packed = bz2.compress(TEXT)
d = bz2.BZ2Decompressor()
out = [d.decompress(packed + b"rest", 1000)]
while not d.eof:
    out.append(d.decompress(b"", 1000))
print({len(p) for p in out[:-1]}, b"".join(out) == TEXT, d.unused_data)
print(bz2.decompress(packed + bz2.compress(b"second")) == TEXT + b"second")
for bad in (b"nothing", packed[:10] + b"\0" + packed[11:], packed[:-5]):
    try:
        print(len(bz2.decompress(bad)))
    except (OSError, ValueError, EOFError) as e:
        print(type(e).__name__, e)
for call in (lambda: d.decompress(b""), lambda: bz2.BZ2Compressor(0), lambda: c.compress(b""), lambda: c.flush(), lambda: bz2.BZ2Compressor(1, 2)):
    try:
        call()
    except (ValueError, EOFError, TypeError) as e:
        print(type(e).__name__, e)
f = io.BytesIO()
with bz2.open(f, "wt") as t:
    t.write("one\ntwo\n")
f.seek(0)
print(bz2.BZ2File(f).readlines())
