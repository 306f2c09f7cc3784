s = "aé€😀\ud800"
for enc in ("ascii", "latin-1", "utf-8", "utf-16-le", "cp1252"):
    for err in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape", "surrogatepass", "nosuch"):
        try:
            print(enc, err, s.encode(enc, err))
        except Exception as e:
            print(enc, err, type(e).__name__, ascii(str(e)))
