import json
from json import JSONEncoder, dumps
import collections
import enum
import _json

values = [None, True, False, 0, -1, 10**30, 1.5, -0.0, 1e100, float("inf"), float("-inf"), float("nan"), "", "abc", 'q"\\/\b\f\n\r\t', "\x00\x1f\x7f\x80é€😀\ud800",
          [], [1, [2, (3,)]], {}, {"a": 1, "b": {"c": [None]}}, {1: 2, 2.5: 3, None: 4, True: 5, False: 6}, (1, 2), collections.OrderedDict(z=1, a=2)]
for v in values:
    print(dumps(v))
    print(ascii(dumps(v, ensure_ascii=False)))
print(dumps({"b": 1, "a": [1, 2]}, sort_keys=True, separators=(",", ":")))
print(dumps({"b": 1, "a": [1, {}], "c": {}}, indent=2))
print(dumps({"b": 1, (1, 2): 3}, skipkeys=True))
for bad, kw in [({(1,): 2}, {}), (float("nan"), {"allow_nan": False}), (object, {}), ({1: 2, "a": 3}, {"sort_keys": True}), ({float("inf"): 1}, {"allow_nan": False})]:
    try:
        print(dumps(bad, **kw))
    except Exception as e:
        print(type(e).__name__, e)
loop = []
loop.append(loop)
try:
    dumps(loop)
except ValueError as e:
    print(e)
d = {}
d["d"] = d
try:
    dumps(d)
except ValueError as e:
    print(e)


class E(JSONEncoder):
    def default(self, o):
        if isinstance(o, complex):
            return [o.real, o.imag]
        return super().default(o)


print(E().encode({"z": 1 + 2j}), list(E().iterencode([1, "a"])))
try:
    E().encode(set())
except TypeError as e:
    print(e)


class Color(enum.IntEnum):
    RED = 3


class Str(str):
    pass


print(dumps([Color.RED, Str("x")]), dumps({Color.RED: 1}))
print(_json.encode_basestring_ascii("é\n"), _json.encode_basestring("é\n"))
try:
    _json.encode_basestring(3)
except TypeError as e:
    print(e)
deep = []
for _ in range(100000):
    deep = [deep]
try:
    dumps(deep)
except RecursionError as e:
    print("RecursionError")
enc = json.encoder.c_make_encoder(None, lambda o: "dflt", lambda s: "<" + s + ">", None, ":", ",", False, False, True)
print(enc({"k": object(), 1: "v"}, 0))
enc = json.encoder.c_make_encoder(None, None, lambda s: 3, None, ":", ",", False, False, True)
try:
    enc("x", 0)
except TypeError as e:
    print(e)
