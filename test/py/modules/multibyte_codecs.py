# East Asian codecs: tables, errors, pieces, state.
import codecs
import io
import zlib

NAMES = ["shift_jis", "cp932", "euc_jp", "shift_jis_2004", "euc_jis_2004", "shift_jisx0213", "euc_jisx0213", "gb2312", "gbk", "gb18030", "big5",
         "cp950", "big5hkscs", "euc_kr", "cp949", "johab", "hz", "iso2022_kr", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_ext"]
TEXT = "".join(chr(c) for r in (range(32, 0x250), range(0x2000, 0x2700, 3), range(0x3000, 0x3400), range(0x4E00, 0x9FA6, 7), range(0xAC00, 0xD7A4, 11),
                                range(0xFF00, 0xFFF0), range(0x20000, 0x20400, 5)) for c in r) + "か゚ア゚æ̀"
NOISE = bytes((i * 37 + 11) % 256 for i in range(700))
for name in NAMES:
    data = TEXT.encode(name, "ignore")
    print(name, len(data), zlib.crc32(data), zlib.crc32(data.decode(name, "ignore").encode()), zlib.crc32(NOISE.decode(name, "replace").encode()))
    d = codecs.getincrementaldecoder(name)("ignore")
    print("".join(d.decode(data[i:i + 3]) for i in range(0, 600, 3)) + d.decode(b"", True) == data[:600].decode(name, "ignore") or "cut")
for name, data in (("shift_jis", b"ab\x81"), ("euc_jp", b"\x8f\xa1"), ("gb18030", b"\x81\x30\xff\x30"), ("big5", b"\xa1\x20z"), ("iso2022_jp", b"\x1b$B0")):
    try:
        data.decode(name)
    except UnicodeDecodeError as e:
        print(e, ascii(data.decode(name, "replace")), ascii(data.decode(name, "backslashreplace")))
for errors in ("strict", "replace", "ignore", "xmlcharrefreplace", "backslashreplace"):
    try:
        print("日本\u1234語".encode("euc_jp", errors))
    except UnicodeEncodeError as e:
        print(e)
e = codecs.getincrementalencoder("shift_jisx0213")()
print(e.encode("か"), e.getstate() != 0, e.encode("\u309a"), e.encode("か", True))
f = io.BytesIO()
w = codecs.getwriter("iso2022_jp")(f)
w.write("日本\n")
w.write("x")
w.reset()
print(f.getvalue())
f.seek(0)
print(codecs.getreader("iso2022_jp")(f).readlines())
print(io.TextIOWrapper(io.BytesIO("一行\n二行\n".encode("shift_jis")), "shift_jis").readlines())
