import gc
for g in (0, 1, 2, None): print(len(gc.get_objects(generation=g)) >= 0)
for bad in (3, -2, -1, "x"):
    try: print(len(gc.get_objects(generation=bad)) > 0)
    except Exception as e: print(type(e).__name__, e)
gc.collect()
x = [[]]
young = gc.get_objects(generation=0)
print(any(o is x for o in young), any(o is young for o in young))
del young
gc.collect(0)
print(any(o is x for o in gc.get_objects(generation=1)))
gc.collect(1)
print(any(o is x for o in gc.get_objects(generation=2)))
st = gc.get_stats(); print(len(st), list(st[0]), all(isinstance(v, int) for s in st for v in s.values()))
