# Sources that tools/fuzz_compile.py found moult and CPython to differ on, once.
import warnings

SOURCES = [
    (b":x\xa9t", "exec"),
    (b'\x0c{,7\t\xff0.b9b\'}+(_a.N=\'a7) ,""\xc3:8\'5+~\xffe4_(', "exec"),
    (b"<\xa1\xfc\xdf#\xa1\xb5j'o\xd6>", "eval"),
    (b"~N!\xa9r7!8", "exec"),
    (b";\xd7\xf7\xce?\xfa5\"", "eval"),
    ("return Call(Name('repr'), [exprr'\\d'], prefix=node.prefix)\n", "exec"),
    ("if xr'\\d' >= ", "exec"),
    ("G\"xQNLlJjx,a0aud#E\\KKBQ/@tM.>J%1[Z%6<d\"u", "exec"),
    ("A'u.Z1 SctrnmZglDj<)s\\m8<RIF28xkpJ*'(3pI", "eval"),
    ("WZK'PkVZK\\qgul[}n'G!bla%'{$ejut~!2Fm7(/P", "exec"),
    ("match 0:\n    case x:\n        y: int = 1\n", "exec"),
    ("x = '\\ud800\\udc00' '\\udc00'", "exec"),
]

for source, mode in SOURCES:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            code = compile(source, "<fuzz>", mode)
            print("ok", code.co_code.hex(), ascii(code.co_consts))
        except SyntaxError as e:
            print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, ascii(e.text))
        except ValueError as e:
            print(type(e).__name__, e)
    for w in caught:
        print("  ", w.category.__name__, w.message, w.lineno)
