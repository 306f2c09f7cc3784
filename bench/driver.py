"""Run one benchmark program N times in this interpreter and print JSON: its result and the best time in seconds."""
import json
import sys
import time

path, rounds = sys.argv[1], int(sys.argv[2])
names = {"__name__": "bench"}
with open(path) as f:
    exec(compile(f.read(), path, "exec"), names)
best = None
for _ in range(rounds):
    start = time.perf_counter()
    result = names["main"]()
    taken = time.perf_counter() - start
    best = taken if best is None else min(best, taken)
print(json.dumps({"result": repr(result), "seconds": best}))
