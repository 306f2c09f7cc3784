s = "aé€😀\x00\uffff"
for enc in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-32-le", "utf-7", "unicode_escape", "raw_unicode_escape"):
    b = s.encode(enc)
    print(enc, b, b.decode(enc) == s)
print("é".encode("latin-1"), "€".encode("iso8859-15"), "Ж".encode("koi8-r"), "Ж".encode("cp1251"), "x".encode("UTF8"), "x".encode("U8"), "é".encode("mac_roman"))
for f in (lambda: "x".encode("nope"), lambda: b"x".decode("nope"), lambda: "x".encode("rot13"), lambda: b"x".decode("hex"), lambda: "x".encode("a\0b"), lambda: "x".encode(1)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
import codecs
print(codecs.encode("uryyb", "rot13"), codecs.lookup("UTF-8").name, codecs.decode(b"6869", "hex"))
