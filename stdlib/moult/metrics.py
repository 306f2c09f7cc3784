"""Metrics of this process for Prometheus: `moult.metrics.start_http_server(8000)` serves them at /metrics.

The names are prometheus_client's where it has one (python_gc_*, process_*); those of the heap start with moult_.
"""
import atexit
import gc
import os
import platform
import subprocess
import sys
import threading
import time
from collections import Counter

import _moult
import _moult_tools

CONTENT_TYPE_LATEST = "text/plain; version=0.0.4; charset=utf-8"

#: How many types the counts of objects by type are given for.
type_limit = 20


def _number(value):
    return "%d" % value if value == int(value) else repr(float(value))


def _label(value):
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


class _Text:
    """Collects metrics in Prometheus' text format."""

    def __init__(self):
        self.lines = []

    def add(self, name, kind, about, samples):
        """`samples`: a number, or pairs of labels and a number."""
        self.lines += ["# HELP %s %s" % (name, about), "# TYPE %s %s" % (name, kind)]
        if isinstance(samples, (int, float)):
            samples = [({}, samples)]
        for labels, value in samples:
            text = ",".join('%s="%s"' % (k, _label(v)) for k, v in labels.items())
            self.lines.append("%s%s %s" % (name, "{%s}" % text if text else "", _number(value)))


def _gc_metrics(text):
    stats = gc.get_stats()
    for name, key, about in (
        ("python_gc_objects_collected_total", "collected", "Objects collected during gc"),
        ("python_gc_objects_uncollectable_total", "uncollectable", "Uncollectable objects found during GC"),
        ("python_gc_collections_total", "collections", "Number of times this generation was collected"),
    ):
        text.add(name, "counter", about, [({"generation": str(i)}, s[key]) for i, s in enumerate(stats)])
    counts = [({"generation": str(i)}, len(gc.get_objects(generation=i))) for i in range(3)]
    text.add("moult_gc_objects", "gauge", "Objects that the collector watches, by generation", counts)
    thresholds = [({"generation": str(i)}, n) for i, n in enumerate(gc.get_threshold())]
    text.add("moult_gc_threshold", "gauge", "Threshold of a generation", thresholds)
    pending = [({"generation": str(i)}, n) for i, n in enumerate(gc.get_count())]
    text.add("moult_gc_count", "gauge", "What is compared with the threshold", pending)


def _heap_metrics(text):
    use = _moult.heap_use()
    text.add("moult_heap_resident_bytes", "gauge", "Bytes of the heap in use", use["resident"])
    text.add("moult_heap_peak_bytes", "gauge", "The most bytes of the heap that were ever in use", use["peak"])
    kinds = ("static", "arenas", "segments", "large")
    text.add("moult_heap_bytes", "gauge", "Bytes of the heap by kind of memory", [({"kind": k}, use[k]) for k in kinds])
    text.add("moult_heap_raw_used_bytes", "gauge", "Bytes of raw blocks in use", use["rawUsed"])
    text.add("moult_heap_large_blocks", "gauge", "Large blocks in use", use["largeBlocks"])
    text.add("moult_heap_blocks", "gauge", "Blocks in use, small and large", sys.getallocatedblocks())
    pools = _pool_stats()
    for name, about in (
        ("moult_heap_arenas", "Arenas"), ("moult_heap_arenas_allocated_total", "Arenas ever allocated"),
        ("moult_heap_pools", "Pools with blocks in use"), ("moult_heap_free_pools", "Pools with no block in use"),
        ("moult_heap_small_block_bytes", "Bytes of small blocks in use"),
        ("moult_heap_free_block_bytes", "Bytes of free small blocks in pools that are in use"),
    ):
        text.add(name, "counter" if name.endswith("_total") else "gauge", about, pools[name])
    by_size = [({"size": str(size)}, used) for size, used in pools["by_size"]]
    text.add("moult_heap_size_class_blocks", "gauge", "Small blocks in use, by size", by_size)


def _pool_stats():
    """The numbers of sys._debugmallocstats()."""
    found = dict.fromkeys(
        ("moult_heap_arenas", "moult_heap_arenas_allocated_total", "moult_heap_pools", "moult_heap_free_pools",
         "moult_heap_small_block_bytes", "moult_heap_free_block_bytes"), 0,
    )
    found["by_size"] = []
    for line in _moult_tools.malloc_stats().splitlines():
        words = line.replace(",", "").split()
        if len(words) == 5 and all(w.isdigit() for w in words):
            _, size, pools, used, _ = map(int, words)
            found["moult_heap_pools"] += pools
            found["by_size"].append((size, used))
        elif line.startswith("# arenas allocated total"):
            found["moult_heap_arenas_allocated_total"] = int(words[-1])
        elif line.startswith("# arenas allocated current"):
            found["moult_heap_arenas"] = int(words[-1])
        elif line.startswith("# bytes in allocated blocks"):
            found["moult_heap_small_block_bytes"] = int(words[-1])
        elif line.startswith("# bytes in available blocks"):
            found["moult_heap_free_block_bytes"] = int(words[-1])
        elif "unused pools" in line:
            found["moult_heap_free_pools"] = int(words[0])
    return found


def _process_metrics(text):
    use = _moult.heap_use()
    info = sys.version_info
    labels = {
        "implementation": platform.python_implementation(), "major": str(info.major), "minor": str(info.minor), "patchlevel": str(info.micro),
        "version": "%d.%d.%d" % info[:3],
    }
    text.add("python_info", "gauge", "Python platform information", [(labels, 1)])
    text.add("process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", use["resident"])
    text.add("process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.", time.process_time())
    try:
        text.add("process_open_fds", "gauge", "Number of open file descriptors.", len(os.listdir("/proc/self/fd")))
    except OSError:
        return


def _type_metrics(text):
    counts = Counter(map(type, gc.get_objects()))
    top = [({"type": "%s.%s" % (t.__module__, t.__qualname__)}, n) for t, n in counts.most_common(type_limit)]
    text.add("moult_objects", "gauge", "Objects that the collector watches, by type", top)


def generate_latest():
    """All metrics now, as bytes in Prometheus' text format."""
    text = _Text()
    for part in (_gc_metrics, _heap_metrics, _type_metrics, _process_metrics):
        part(text)
    return ("\n".join(text.lines) + "\n").encode()


class MetricsServer:
    """An HTTP server, which is a process of its own, and the thread that answers it."""

    def __init__(self, port, addr):
        script = os.path.join(os.path.dirname(__file__), "_metrics_server.mjs")
        self._process = subprocess.Popen(
            [_moult_tools.node_executable(), script, str(port), addr], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        words = self._process.stdout.readline().decode().split(None, 2)
        if words[:1] != ["listening"]:
            self._process.wait()
            raise OSError(abs(int(words[1])), words[2].strip()) if len(words) == 3 else OSError("no server")
        self.server_port = int(words[1])
        self.thread = threading.Thread(target=self._answer, daemon=True, name="moult-metrics")
        self.thread.start()

    def _answer(self):
        while self._process.stdout.readline():
            body = generate_latest()
            try:
                self._process.stdin.write(b"%d\n" % len(body) + body)
                self._process.stdin.flush()
            except (OSError, ValueError):
                return

    def shutdown(self):
        """End the server."""
        self._process.terminate()
        self._process.wait()
        self.thread.join()

    server_close = shutdown


def start_http_server(port, addr="0.0.0.0"):
    """Serve the metrics from a thread. Returns the server, whose shutdown() ends it, and the thread."""
    server = MetricsServer(port, addr)
    atexit.register(server._process.terminate)
    return server, server.thread


def main():
    """python -m moult.metrics: print the metrics once; with a port, run a program beside the server."""
    import runpy

    if len(sys.argv) < 3:
        sys.stdout.write(generate_latest().decode())
        return
    port = int(sys.argv[1])
    start_http_server(port)
    sys.argv = sys.argv[2:]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
