import json
from json import loads
import _json

for text in ["null", "true", "false", "0", "-0", "12", "-345678901234567890123", "1.5", "-0.0", "1e5", "1E-5", "1.5e+300", "1e999", "NaN", "Infinity", "-Infinity",
             '""', '"abc"', r'"\"\\\/\b\f\n\r\t"', r'"\u00e9\u20ac\ud83d\ude00\ud800x\udc00"', '"é€😀"', "[]", "[1, 2 ,3]", " [ [ ] , { } ] ", "{}", '{"a": 1, "b" : [true], "a":2}',
             '\t\n\r "x" ']:
    print(repr(loads(text)).encode("ascii", "backslashreplace").decode())
for text in ["", " ", "nul", "tru", "01", "-", "1.", ".5", "1e", "+1", "[", "[1", "[1,", "[1,]", "[1 2]", "{", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', "{1:2}", "{'a':1}",
             '"abc', '"a\nb"', r'"\x"', r'"\u12"', r'"\u12g4"', '"\\', r'"\ud800\u12"', "[1]x", "Inf", "]", '{"a" 1}']:
    try:
        print(loads(text))
    except ValueError as e:
        print(repr(text), e)
print(loads('"a\tb"', strict=False))
print(loads('{"a": {"b": 1}}', object_hook=lambda d: sorted(d.items())))
print(loads('{"a": {"b": 1}, "a": 2}', object_pairs_hook=lambda p: p))
print(loads("[1, 2.5, NaN]", parse_int=lambda s: "i" + s, parse_float=lambda s: "f" + s, parse_constant=lambda s: "c" + s))
print(json.JSONDecoder().raw_decode("[1] tail"), json.JSONDecoder().raw_decode(" 12", 1))
print(_json.scanstring('abc" rest', 0), _json.scanstring('x"a\\nb"', 2), _json.scanstring('a\tb"', 0, False))
for args in [("abc", 0), ("abc", 5), (b"abc", 0), ('"\x01"', 1)]:
    try:
        print(_json.scanstring(*args))
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
keys = loads('[{"key": 1}, {"key": 2}]')
a, b = (next(iter(d)) for d in keys)
print(a is b)
for depth in (500, 200000):
    try:
        x = loads("[" * depth + "]" * depth)
        print(depth, type(x).__name__)
    except RecursionError:
        print(depth, "RecursionError")
try:
    loads("1" * 5000)
except ValueError as e:
    print(e)
doc = {"list": list(range(100)), "nested": [{"k%d" % i: i / 7} for i in range(50)], "text": "é" * 100}
print(loads(json.dumps(doc)) == doc, loads(json.dumps(doc, indent=1, ensure_ascii=False)) == doc)
