for s in ("it's", 'say "hi"', "both ' and \"", "\n\r\t\\", "\x00\x1f\x7f", "\x80\xa0\xad", "é€😀", "\u200b\ufeff", "\ud800x\udfff", "\U000e0001", "\U0010ffff"):
    print(ascii(repr(s)), ascii(s), len(s))
print(ascii(["é", {"ü": "ñ"}]), repr("a\u0301") == "'a\u0301'")
