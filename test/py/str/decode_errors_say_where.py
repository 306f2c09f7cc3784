for data, enc in ((b"\xff", "utf-8"), (b"ab\xe2\x82", "utf-8"), (b"\xc0\x80", "utf-8"), (b"\xed\xa0\x80", "utf-8"), (b"\xf4\x90\x80\x80", "utf-8"), (b"a\x80", "ascii"), (b"\xd8\x00", "utf-16-be"), (b"a", "utf-16"), (b"\\x4", "unicode_escape"), (b"\\N{x}", "unicode_escape"), (b"\x81", "cp1252"), (b"\x00\x00\x11\x00", "utf-32-le"), (b"+x-", "utf-7"), (b"\xe2\x28\xa1", "utf-8"), (b"\xf0\x9f\x98", "utf-8")):
    for err in ("strict", "replace", "ignore", "backslashreplace", "surrogateescape"):
        try:
            print(enc, err, ascii(data.decode(enc, err)))
        except Exception as e:
            print(enc, err, type(e).__name__, e)
