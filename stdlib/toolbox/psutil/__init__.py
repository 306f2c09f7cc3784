"""Processes and the machine: psutil's interface under moult.

Where Python's own memory is asked for (`Process().memory_info()`), the answer is the resident size of the Python heap, not
that of the process that runs it. An installed psutil that can be loaded is used instead of this one.
"""
import subprocess as _subprocess
import threading as _threading
import time as _time

PROCFS_PATH = "/proc"  # read by the modules imported next

from . import _common, _process
from ._common import (
    AF_LINK, CONN_CLOSE, CONN_CLOSE_WAIT, CONN_CLOSING, CONN_ESTABLISHED, CONN_FIN_WAIT1, CONN_FIN_WAIT2, CONN_LAST_ACK,
    CONN_LISTEN, CONN_NONE, CONN_SYN_RECV, CONN_SYN_SENT, CONN_TIME_WAIT, IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE,
    IOPRIO_CLASS_NONE, IOPRIO_CLASS_RT, NIC_DUPLEX_FULL, NIC_DUPLEX_HALF, NIC_DUPLEX_UNKNOWN, POWER_TIME_UNKNOWN,
    POWER_TIME_UNLIMITED, STATUS_DEAD, STATUS_DISK_SLEEP, STATUS_IDLE, STATUS_LOCKED, STATUS_PARKED, STATUS_RUNNING,
    STATUS_SLEEPING, STATUS_STOPPED, STATUS_TRACING_STOP, STATUS_WAITING, STATUS_WAKING, STATUS_ZOMBIE, AccessDenied, Error,
    NoSuchProcess, TimeoutExpired, ZombieProcess,
)
from ._connections import net_connections
from ._process import Process, pids
from ._system import (
    boot_time, cpu_count, cpu_freq, cpu_percent, cpu_stats, cpu_times, cpu_times_percent, disk_io_counters, disk_partitions,
    disk_usage, getloadavg, net_if_addrs, net_if_stats, net_io_counters, sensors_battery, sensors_fans, sensors_temperatures,
    swap_memory, users, virtual_memory,
)
from resource import (
    RLIM_INFINITY, RLIMIT_AS, RLIMIT_CORE, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_MEMLOCK, RLIMIT_MSGQUEUE, RLIMIT_NICE,
    RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_RSS, RLIMIT_RTPRIO, RLIMIT_RTTIME, RLIMIT_SIGPENDING, RLIMIT_STACK,
)

__version__ = "5.9.4"
version_info = (5, 9, 4)
RLIMIT_LOCKS = 10
POSIX = LINUX = True
WINDOWS = MACOS = OSX = FREEBSD = OPENBSD = NETBSD = BSD = SUNOS = AIX = False



class Popen(Process):
    """subprocess.Popen with Process's methods."""

    def __init__(self, *args, **kwargs):
        self._proc = _subprocess.Popen(*args, **kwargs)
        super().__init__(self._proc.pid)

    def __dir__(self):
        return sorted(set(dir(Popen) + dir(_subprocess.Popen)))

    def __enter__(self):
        self._proc.__enter__()
        return self

    def __exit__(self, *args):
        return self._proc.__exit__(*args)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError("%s instance has no attribute %r" % (type(self).__name__, name))
        try:
            return getattr(self._proc, name)
        except AttributeError:
            raise AttributeError("%s instance has no attribute %r" % (type(self).__name__, name)) from None

    def wait(self, timeout=None):
        if self._proc.returncode is not None:
            return self._proc.returncode
        self._proc.returncode = super().wait(timeout)
        return self._proc.returncode


def pid_exists(pid):
    """Whether a process has this number."""
    if pid < 0:
        return False
    import os

    return os.path.exists("%s/%d" % (PROCFS_PATH, pid))


_known = {}
_known_lock = _threading.Lock()


def process_iter(attrs=None, ad_value=None):
    """All processes by number; with `attrs`, each has an `info` dict of them."""
    current = set(pids())
    with _known_lock:
        for pid in set(_known) - current:
            del _known[pid]
        known = dict(_known)
    for pid in sorted(current):
        try:
            proc = known.get(pid)
            if proc is None or not proc.is_running():
                proc = Process(pid)
                with _known_lock:
                    _known[pid] = proc
            if attrs is not None:
                proc.info = proc.as_dict(attrs=attrs or None, ad_value=ad_value)
            yield proc
        except NoSuchProcess:
            with _known_lock:
                _known.pop(pid, None)
        except AccessDenied:
            yield proc


process_iter.cache_clear = lambda: _known.clear()


def wait_procs(procs, timeout=None, callback=None):
    """Wait for processes to end. Returns those that did and those that are there still."""
    if timeout is not None and timeout < 0:
        raise ValueError("timeout must be a positive integer, got %s" % timeout)
    if callback is not None and not callable(callback):
        raise TypeError("callback %r is not a callable" % callback)
    alive = set(procs)
    gone = set()
    deadline = None if timeout is None else _time.monotonic() + timeout
    while alive:
        for proc in list(alive):
            try:
                code = proc.wait(timeout=0)
            except TimeoutExpired:
                continue
            except _subprocess.TimeoutExpired:
                continue
            proc.returncode = code
            alive.discard(proc)
            gone.add(proc)
            if callback is not None:
                callback(proc)
        if not alive or (deadline is not None and _time.monotonic() >= deadline):
            break
        _time.sleep(0.01)
    return list(gone), list(alive)


def test():
    """Print the processes as ps does."""
    print("%-10s %5s %6s %s" % ("USER", "PID", "STATUS", "NAME"))
    for p in process_iter(["pid", "username", "status", "name"]):
        print("%-10s %5d %6s %s" % (p.info["username"], p.info["pid"], p.info["status"][:6], p.info["name"]))


__all__ = [n for n in dir() if (n[0] != "_" and n != "test") or n == "__version__"]
