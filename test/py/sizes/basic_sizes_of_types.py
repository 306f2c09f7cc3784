# The basic and item size of every type of builtins, types, collections, itertools, functools, operator, _weakref, _thread, io, re and struct.
import _thread
import _weakref
import builtins
import collections
import functools
import io
import itertools
import operator
import re
import struct
import types

seen = {}
for module in (builtins, types, collections, itertools, functools, operator, _weakref, _thread, io, re, struct):
    for name in sorted(dir(module)):
        t = getattr(module, name)
        if isinstance(t, type) and t.__module__ != "enum":
            seen[f"{module.__name__}.{name}"] = (t.__basicsize__, t.__itemsize__, t.__dictoffset__ if t.__dictoffset__ < 2**32 else "-", t.__weakrefoffset__)
for sample in ([], (), {}, set(), "", b"", bytearray(), range(1)):
    t = type(iter(sample))
    seen[t.__name__] = (t.__basicsize__, t.__itemsize__)
for sample in ({}.keys(), {}.values(), {}.items(), reversed([]), reversed({}), iter({}.values()), iter({}.items()), iter(int, 1), memoryview(b""), slice(1), Ellipsis, NotImplemented, None, zip(), map(str, []), enumerate([]), list[int], int | str):
    t = type(sample)
    seen[t.__name__] = (t.__basicsize__, t.__itemsize__)
for name, sizes in seen.items():
    print(name, sizes)
