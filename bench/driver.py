"""driver.py PROGRAM LOOPS: call the program's main() once to warm up, then LOOPS times (0: for about 0.3 s); print JSON."""
import json
import sys
import time

try:
    from js import process  # Pyodide's own processor clock is the wall's

    def cpu():
        used = process.cpuUsage()
        return (used.user + used.system) / 1e6
except ImportError:
    cpu = time.process_time

path, loops = sys.argv[1], int(sys.argv[2])
names = {"__name__": "bench"}
with open(path) as f:
    exec(compile(f.read(), path, "exec"), names)
main = names["main"]
start = time.perf_counter()
result = main()
first = time.perf_counter() - start
if loops == 0:
    start = time.perf_counter()
    main()
    loops = max(1, round(0.3 / (time.perf_counter() - start)))
start, start_cpu = time.perf_counter(), cpu()
for _ in range(loops):
    again = main()
print(json.dumps({"result": repr(result), "same": again == result, "loops": loops, "first": first, "cpu": (cpu() - start_cpu) / loops, "wall": (time.perf_counter() - start) / loops}))
