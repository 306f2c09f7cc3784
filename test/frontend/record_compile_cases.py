#!/usr/bin/env python3
"""Record compile-cases.json with CPython 3.11: [source, mode, optimize, canonical result] a case.

  record_compile_cases.py PATH/TO/bytecode_oracle.py
"""
import importlib.util, json, os, sys

EXEC = '''
x = 1
---
"""doc"""
import os, a.b.c, d.e as f, g.h.i as j
from . import k
from .m import n as o, p
from q import *
---
def f(a, b=1, /, c=2, *args, d, e=3, **kw):
    "doc"
    return a + b, c, args, d, e, kw
---
def f(a: int, *b: str, c: 'x' = 1, **d: list) -> None: pass
---
from __future__ import annotations
def f(a: int | None, *b: str) -> list[int]: pass
x: dict[str, int] = {}
class A:
    y: int
    z.w: str = 1
---
class A(B, metaclass=C):
    """doc"""
    __private = 1
    x: int = 3
    def f(self): return super().f() + self.__private
    def g(self): return __class__
---
def outer(x):
    y = 1
    def inner():
        nonlocal y
        y += x
        return lambda: (x, y, z)
    global z
    z = inner
    return [i + j + x for i in range(y) for j in [i * 2] if j]
---
for i, (j, *k) in x:
    if i: continue
    if j: break
else:
    y = 1
while a < b <= c != d:
    a += 1
else:
    del a, b[0], c.d
---
try:
    a
except (B, C) as e:
    b
except D:
    c
else:
    d
finally:
    e
---
def f():
    try:
        return g()
    finally:
        h()
    while 1:
        try:
            break
        finally:
            i()
---
def f():
    try:
        a
    except* E as e:
        b
    except* F:
        c
    finally:
        d
---
with a as b, c as (d, e):
    f
---
async def f():
    async with a as b:
        async for c in d:
            await e
            yield c
    x = [g async for g in h if await i]
    return
---
async def f():
    return {k: v async for k, v in w}, (x for x in await y)
---
def f():
    x = yield
    y = yield 1
    z = yield from g
    return (i for i in x)
---
match x:
    case 0 | 1: a
    case [p, *_, q] if p: b
    case {"k": v, **rest}: c
    case A(1, b=B.c): d
    case (1 | 2) as n: e
    case "s" | None: f
    case _: g
---
match p:
    case [1, [2, x, *y], {}]: pass
    case A(): pass
---
x = a if b else c
y = not (a and b or not c)
z = (n := 10) + n
w = a < b < c
---
if not a: b
if a and (b or c) and not d: e
if (a if b else c): d
assert a, "msg"
assert b
---
f(a, *b, c=1, **d)
f(*a)
f(a, b=1, c=2)
a.b(c, d=e)
a.b.c(*d)
f(**a, b=1, **c)
---
x = f"{a!r:>{w}}{b}c{d=}"
y = "%s and %r" % (a, b)
z = "%5s|%-5.2s" % (a, b)
---
x = [1, 2, 3]; y = {1, 2, 3}; z = (1, a); w = {**a, 'b': 1, **c}; v = [*a, b]; u = {'a': 1, 'b': c}
a, b = b, a
a, b, c = c, b, a
[d, *e] = f
x = y = z
---
a.b += 1
a[b] -= 2
a **= c
a[1:2], a[::3], a[b:c, d] = e
---
x = 2 ** 10 + 3 * 4 - 1 // 1; y = 'a' * 3 + 'b'; z = (1, 2)[1]; w = -1; v = ~5; u = not 1; t = 1 << 100; s = 2 ** 200
r = 10 / 4; q = "abc"[1]; p = b"ab" + b"c"; o = 7 % -3; n = -7 // 2; m = 1 - 2j; l = 0.1 + 0.2
x in [1, 2, a]; x in {1, 2}; x not in [1, 2]
for i in [1, 2]: pass
---
def f(x):
    if x == 1:
        return
    elif x is None: return 2
    elif x is not None:
        raise E from x
    raise
---
@a
@b(c)
def f(): pass
@d
class C: pass
---
lambda: (yield)
x = lambda a, *b, c=1: a
---
if __debug__: a
if 0: b
while 0: c
while True:
    if a: break
---
def f(a, b):
    def g(): return a
    b = 1
    return g
---
def f():
    with a:
        for x in b:
            with c:
                return x
---
def f(): return 'x' 'y', 1.0, 1, True, -0.0, 0.0, (1, 1.0), (1.0, 1)
---
def f():
    print(1); print(2)
    return [x.a
            .b
            .c(1)]
---
class A:
    def f(self):
        return {x: y for x, y in self if x}
    __slots__ = ('a',)
    [i for i in range(3)]
'''
ERRORS = '''
return 1
---
def f():
    x = 1
    global x
---
def f(x):
    global x
---
def f():
    print(x)
    nonlocal x
---
nonlocal x
---
def f():
    nonlocal zzz
---
def f(a, a): pass
---
break
---
for x in y:
    def f(): continue
---
class A:
    yield 1
---
def f():
    [(yield 1) for x in y]
---
await x
---
def f():
    async with a: pass
---
async def f():
    yield from x
---
async def f():
    yield 1
    return 2
---
def f():
    from a import *
---
from __future__ import braces
---
from __future__ import nope
---
x = 1
from __future__ import annotations
---
def f():
    global x
    x: int = 1
---
[i := 0 for i in y]
---
class A:
    [j := 0 for i in y]
---
[x for x in (y := z)]
---
__debug__ = 1
---
f(a=1, a=2)
---
a, *b, *c = d
---
*a = 1
---
x = *a
---
match x:
    case a: pass
    case b: pass
---
match x:
    case _: pass
    case b: pass
---
match x:
    case [a, a]: pass
---
match x:
    case a | 1: pass
---
match x:
    case [a] | [b]: pass
---
match x:
    case {1: a, 1: b}: pass
---
match x:
    case A(b=1, b=2): pass
---
try: pass
except: pass
except A: pass
---
try: pass
except* A:
    break
---
x is 1
y is not "a"
---
assert (a, "b")
---
1(2)
"a"[b, c]
{1}[0]
[1]["a"]
'''
EVAL = '''
a + 1
---
[x for x in y]
---
lambda: 1
'''
SINGLE = '''
x
---
def f(): pass
---
a; b
---
if a: b
'''

def main(oracle):
    spec = importlib.util.spec_from_file_location('bytecode_oracle', oracle)
    bo = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bo)
    out = []
    def add(text, mode, opts):
        for s in text.strip('\n').split('\n---\n'):
            s = s.strip('\n') + '\n'
            for opt in opts: out.append([s, mode, opt, bo.dumps(bo.compile_source(s.encode(), mode, opt)[0])])
    add(EXEC, 'exec', (0, 2))
    add(ERRORS, 'exec', (0,))
    add(EVAL, 'eval', (0,))
    add(SINGLE, 'single', (0,))
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'compile-cases.json'), 'w') as f:
        f.write('[\n' + ',\n'.join(json.dumps(c) for c in out) + '\n]\n')
    print(len(out), 'cases')
main(sys.argv[1])
