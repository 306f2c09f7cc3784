# Streams made elsewhere and here, in pieces, with limits, broken and cut off.
import io
import lzma

XZ = bytes.fromhex("fd377a585a000004e6d6b4460200210116000000742fe5a3e004af00425d00341949ee8de917893a337601ccf9b0"
                   "bb7c80")
TEXT = b"".join(b"line %d of the text\n" % (i * i) for i in range(300))
for kw in ({}, {"check": lzma.CHECK_CRC32, "preset": 9}, {"format": lzma.FORMAT_ALONE},
           {"filters": [{"id": lzma.FILTER_DELTA, "dist": 3}, {"id": lzma.FILTER_LZMA2, "dict_size": 4096}]},
           {"format": lzma.FORMAT_RAW, "filters": [{"id": lzma.FILTER_LZMA1, "lc": 0, "lp": 2, "pb": 0}]}):
    for data in (b"", b"a", TEXT, bytes(range(256)) * 40):
        packed = lzma.compress(data, **kw)
        d = lzma.LZMADecompressor(kw.get("format", lzma.FORMAT_AUTO), filters=kw.get("filters") if "format" in kw and kw["format"] == lzma.FORMAT_RAW else None)
        out = []
        for i in range(0, len(packed), 50):
            out.append(d.decompress(packed[i:i + 50]))
        print(b"".join(out) == data, d.eof, d.check, d.unused_data, len(packed) < len(data) or len(data) < 2)

packed = lzma.compress(TEXT)
d = lzma.LZMADecompressor()
out = [d.decompress(packed, 100)]
while not d.eof:
    out.append(d.decompress(b"", 100))
print({len(p) for p in out[:-1]}, b"".join(out) == TEXT, d.needs_input)
try:
    d.decompress(b"more")
except EOFError as e:
    print(e)
print(lzma.decompress(packed + lzma.compress(b"second") + b"rest") == TEXT + b"second")
for bad in (packed[:-20], packed[:40], b"nothing", XZ[:12] + b"\1" + XZ[13:], packed[:60] + b"\0\0\0" + packed[63:]):
    try:
        print(lzma.decompress(bad))
    except (lzma.LZMAError, EOFError) as e:
        print(type(e).__name__, e)
buffer = io.BytesIO()
with lzma.open(buffer, "wt", encoding="utf-8") as f:
    f.write("one\ntwo\n")
buffer.seek(0)
with lzma.open(buffer, "rt", encoding="utf-8") as f:
    print(f.readlines())
for call in (lambda: lzma.LZMACompressor(preset=3, filters=[]), lambda: lzma.LZMACompressor(format=9), lambda: lzma.LZMACompressor(preset=77),
             lambda: lzma.LZMADecompressor(lzma.FORMAT_RAW), lambda: lzma.LZMAFile(buffer, "q"), lambda: lzma.open(buffer, "rb", encoding="x"),
             lambda: lzma.compress(b"", filters=[{"id": 99}]), lambda: lzma.compress(b"", filters=[{}])):
    try:
        call()
    except (ValueError, lzma.LZMAError) as e:
        print(type(e).__name__, e)
print(lzma._encode_filter_properties({"id": lzma.FILTER_LZMA1}), lzma._decode_filter_properties(lzma.FILTER_LZMA2, b"\x16"))
