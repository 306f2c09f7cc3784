print("\101\x41\u0041\U00000041\N{LATIN SMALL LETTER E WITH ACUTE}\N{EURO SIGN}", r"\n\x", "a\
b", "\a\b\f\v".encode(), "\0".encode(), "\777", b"\xff\0\101", rb"\x", "a" "b" 'c', """x
y""")
for src in ("'\\x4'", "'\\u12'", "'\\U00110000'", "'\\N{nope}'", "'\\N'", "b'é'", "b'\\x'", "'abc", '"""abc', "f'{'", "f'{a b}'", "f'}'", "f'{}'", "f'{a!x}'", "u'x' b'y'", "f'{\\n}'", "'\\"):
    try:
        print(eval(src))
    except SyntaxError as e:
        print(src, "->", e.msg, e.lineno, e.offset)
