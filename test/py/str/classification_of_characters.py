for s in ("abc", "123", "²³", "½", "٣", "Ⅷ", "a1", "", " ", "\n", "\u2028", "_x", "1x", "é", "if", "\x7f", "€", "😀", "ª", "\ud800"):
    print(ascii(s), [getattr(s, m)() for m in ("isalpha", "isdigit", "isdecimal", "isnumeric", "isalnum", "isspace", "isidentifier", "isprintable", "isascii")])
