import tracemalloc, sys, _tracemalloc
print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory(), tracemalloc.get_traceback_limit())
for bad in (0, -1, 65536, 10**20):
    try: tracemalloc.start(bad)
    except Exception as e: print(type(e).__name__, e)
tracemalloc.start()
print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())
def alloc(n): return bytes(n)
tracemalloc.clear_traces()
b = alloc(100000)
cur, peak = tracemalloc.get_traced_memory()
print(cur >= 100033, cur < 102000, peak >= cur)
print(str(tracemalloc.get_object_traceback(b)).endswith('traced_memory.py:8'))
tb = _tracemalloc._get_object_traceback(b); print(len(tb), tb[0][1])
sizes = [t[1] for t in _tracemalloc._get_traces() if t[1] >= 100000]; print(sizes)
def probe(make):
    a = tracemalloc.get_traced_memory()[0]
    o = make()
    c = tracemalloc.get_traced_memory()[0]
    return c - a
class A: pass
class S: __slots__ = ("x", "y")
import collections
keep = []
for name, f in dict(l10=lambda: [None]*1000, ba=lambda: bytearray(5000), st=lambda: "x"*3000, d=lambda: dict.fromkeys(range(1000)), se=lambda: set(range(1000))).items():
    f()
    print(name, probe(f))
x = [object() for i in range(1000)]
a = tracemalloc.get_traced_memory()[0]; del x; c = tracemalloc.get_traced_memory()[0]; print(a - c)
x = [A() for i in range(1000)]
a = tracemalloc.get_traced_memory()[0]; del x; c = tracemalloc.get_traced_memory()[0]; print(a - c)
x = [S() for i in range(1000)]
a = tracemalloc.get_traced_memory()[0]; del x; c = tracemalloc.get_traced_memory()[0]; print(a - c)
x = [float(i) for i in range(1000)]
a = tracemalloc.get_traced_memory()[0]; del x; c = tracemalloc.get_traced_memory()[0]; print(a - c > 20000)
tracemalloc.reset_peak(); c, p = tracemalloc.get_traced_memory(); print(p - c < 1000)
tracemalloc.stop(); print(tracemalloc.get_traced_memory(), tracemalloc.get_object_traceback(b))
tracemalloc.start(10)
def f(): return g()
def g(): return [bytes(5000)]
v = f()
t = tracemalloc.get_object_traceback(v[0]); print([fr.lineno for fr in t], t.total_nframe)
s1 = tracemalloc.take_snapshot()
w = [bytes(1000) for i in range(100)]
s2 = tracemalloc.take_snapshot()
top = s2.compare_to(s1, "lineno")[0]; print(top.size_diff, top.count_diff, top.traceback[0].lineno)
print(tracemalloc.get_tracemalloc_memory() > 0)
tracemalloc.stop()
