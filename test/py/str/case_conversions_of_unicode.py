for s in ("straße", "İstanbul", "ΑΣ ΑΣΑ", "ŉ", "ǆ", "ﬁ", "ß", "Ω", "hello world's they're", "x1y2", "ა", "Ꭰꭰ"):
    print(ascii(s), ascii(s.upper()), ascii(s.lower()), ascii(s.title()), ascii(s.swapcase()), ascii(s.capitalize()), ascii(s.casefold()))
print("Hello World".istitle(), "HELLO".isupper(), "hello1".islower(), "".isupper(), "ǅ".istitle(), "A B".istitle())
