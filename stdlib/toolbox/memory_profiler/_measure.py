"""How much memory a process has, in MiB, by several ways of asking."""
import os
import subprocess
import threading
import time
import tracemalloc
import warnings

import psutil
import _moult

MIB = float(2**20)
BACKENDS = ("psutil", "psutil_pss", "psutil_uss", "posix", "tracemalloc")


def choose_backend(new_backend=None):
    """The way of asking that a name stands for; psutil without one."""
    if new_backend is None:
        return BACKENDS[0]
    if new_backend not in BACKENDS:
        raise KeyError(new_backend)
    return new_backend


def _by_psutil(pid, field):
    if pid == os.getpid():
        return _moult.heap_use()["resident"]  # what psutil would say, without asking the system for the rest
    process = psutil.Process(pid)
    if field == "rss":
        return process.memory_info().rss
    return getattr(process.memory_full_info(), field)


def _by_ps(pid):
    if pid == os.getpid():
        return _moult.heap_use()["resident"]
    lines = subprocess.run(["ps", "v", "-p", str(pid)], capture_output=True, text=True, check=False).stdout.splitlines()
    try:
        return int(lines[1].split()[lines[0].split().index("RSS")]) * 1024
    except (IndexError, ValueError):
        return -MIB


def _traced(filename):
    if filename is None or filename == "<unknown>":
        raise RuntimeError("There is no access to source file of the profiled function")
    statistics = tracemalloc.take_snapshot().statistics("filename")
    return next(s.size for s in statistics if s.traceback[0].filename.startswith(filename))


def child_memory(pid):
    """(pid, MiB) of each process below this one."""
    if pid == -1:
        pid = os.getpid()
    try:
        for child in psutil.Process(pid).children(recursive=True):
            yield child.pid, child.memory_info().rss / MIB
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        yield 0, 0.0


def memory_of(pid, backend, timestamps=False, include_children=False, filename=None):
    """MiB of a process (-1: this one), with the time where asked for."""
    if pid == -1:
        pid = os.getpid()
    if backend == "tracemalloc":
        mem = _traced(filename) / MIB
    elif backend == "posix":
        mem = _by_ps(pid) / MIB
    else:
        mem = _by_psutil(pid, {"psutil": "rss", "psutil_pss": "pss", "psutil_uss": "uss"}[backend]) / MIB
    if include_children:
        mem += sum(m for _, m in child_memory(pid))
    return (mem, time.time()) if timestamps else mem


class Sampler(threading.Thread):
    """Asks for this process's memory every `interval` seconds until stopped, and gives each answer to `take`."""

    def __init__(self, interval, ask, take):
        super().__init__(daemon=True)
        self.interval = interval
        self.ask = ask
        self.take = take
        self.started = threading.Event()
        self.over = threading.Event()

    def run(self):
        self.take(self.ask())
        self.started.set()
        while not self.over.wait(self.interval):
            self.take(self.ask())
        self.take(self.ask())

    def __enter__(self):
        self.start()
        self.started.wait()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


def _watch_call(f, args, kw, interval, ask, max_usage):
    """Run a function with samples taken beside it. @return the samples and the result"""
    samples = [ask()]

    def take(sample):
        if max_usage:
            samples[0] = max(samples[0], sample)
        else:
            samples.append(sample)

    taken = 1

    def count(sample):
        nonlocal taken
        taken += 1
        take(sample)

    with Sampler(interval, ask, count):
        result = f(*args, **kw)
    return samples, taken, result


def _write_sample(stream, pid, sample, multiprocess):
    stream.write("MEM %.6f %.4f\n" % sample)
    if multiprocess:
        for child, mem in child_memory(pid):
            stream.write("CHLD %s %.6f %.4f\n" % (child, mem, time.time()))


def _watch_process(pid, running, interval, ask, max_usage, multiprocess, stream):
    """Samples of another process while `running()`."""
    found = -1 if max_usage else []
    count = 0
    while True:
        sample = ask()
        if max_usage:
            found = max(found, sample)
        elif stream is not None:
            _write_sample(stream, pid, sample, multiprocess)
        else:
            found.append([sample, *(m for _, m in child_memory(pid))] if multiprocess else sample)
        time.sleep(interval)
        count += 1
        if stream is not None and count % 50 == 0:
            stream.flush()  # for those who follow the file
        if not running(count):
            return found


def memory_usage(
    proc=-1, interval=0.1, timeout=None, timestamps=False, include_children=False, multiprocess=False, max_usage=False,
    retval=False, stream=None, backend=None, max_iterations=None,
):
    """Memory in MiB of a process, sampled every `interval` seconds: of one by number or a Popen, or of this one while the
    function of a tuple (f, args, kw) runs. `max_usage`: only the greatest; `retval`: with the function's result."""
    backend = choose_backend(backend)
    timestamps = timestamps or stream is not None
    limit = float("inf")
    if timeout is not None:
        limit = int(round(timeout / interval))
    elif isinstance(proc, int):
        limit = 1
    elif max_iterations is not None:
        limit = max_iterations

    if callable(proc):
        proc = (proc,)
    if isinstance(proc, (list, tuple)):
        if not 1 <= len(proc) <= 3:
            raise ValueError
        f, args, kw = (*proc, *((), {})[len(proc) - 1 :])
        ask = lambda: memory_of(-1, backend, timestamps, include_children)
        rounds = 0
        while True:
            rounds += 1
            samples, taken, result = _watch_call(f, args, kw, interval, ask, max_usage)
            if taken > 4 or rounds == limit or interval < 1e-6:
                break
            interval /= 10.0  # too short to see: again, looking more often
        found = samples[0] if max_usage else samples
        return (found, result) if retval else found

    pid = proc.pid if isinstance(proc, subprocess.Popen) else int(proc)
    ask = lambda: memory_of(pid, backend, timestamps and not max_usage, include_children)
    if isinstance(proc, subprocess.Popen):
        running = lambda count: proc.poll() is None and (timeout is None or count < limit)
    else:
        running = lambda count: count < limit
    found = _watch_process(pid, running, interval, ask, max_usage, multiprocess, stream)
    return None if stream else found


def start_tracing(backend):
    if backend == "tracemalloc" and not tracemalloc.is_tracing():
        tracemalloc.start()


def warn_no_code(func):
    warnings.warn("Could not extract a code object for the object %r" % (func,))
