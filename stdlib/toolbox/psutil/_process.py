"""One process, from /proc; of this process the memory is the Python heap's."""
import collections
import contextlib
import datetime
import functools
import os
import pwd
import signal
import subprocess
import sys
import threading
import time

import _moult
import _moult_tools

from . import _common as c
from . import _connections
from ._system import CLOCK_TICKS, PAGE_SIZE, boot_time, cpu_count, procfs, virtual_memory



def heap_resident():
    """The bytes of the Python heap in use: what rss is under moult."""
    return _moult.heap_use()["resident"]


def _checked(method):
    """Turn the system's errors into psutil's."""

    @functools.wraps(method)
    def checked(self, *args, **kwargs):
        try:
            return method(self, *args, **kwargs)
        except PermissionError:
            raise c.AccessDenied(self.pid, self._name) from None
        except ProcessLookupError:
            raise c.NoSuchProcess(self.pid, self._name) from None
        except FileNotFoundError:
            if not os.path.exists("%s/%s" % (procfs(), self.pid)):
                raise c.NoSuchProcess(self.pid, self._name) from None
            if self._state() == "Z":
                raise c.ZombieProcess(self.pid, self._name) from None
            raise

    return checked


class _Stat(collections.namedtuple("_Stat", "name state ppid tty utime stime cutime cstime threads start cpu iowait")):
    @classmethod
    def read(cls, path):
        text = c.read_text(path)
        name = text[text.index("(") + 1 : text.rindex(")")]
        f = text[text.rindex(")") + 2 :].split()
        iowait = int(f[39]) if len(f) > 39 else 0
        return cls(name, f[0], int(f[1]), int(f[4]), *(int(x) for x in f[11:15]), int(f[17]), int(f[19]), int(f[36]), iowait)


class Process:
    """A process of the machine, by number; without one, this process."""

    def __init__(self, pid=None):
        if pid is None:
            pid = os.getpid()
        elif pid < 0:
            raise ValueError("pid must be a positive integer (got %s)" % pid)
        self._pid = pid
        self._name = None
        self._exitcode = None
        self._gone = False
        self._cpu_last = None
        self._once = None
        try:
            self._start = self._stat().start
        except FileNotFoundError:
            raise c.NoSuchProcess(pid, msg="process PID not found") from None
        self._ident = (pid, self._start)

    def __str__(self):
        shown = {"pid": self.pid}
        if self._name:
            shown["name"] = self._name
        try:
            with self.oneshot():
                shown["name"] = self.name()
                shown["status"] = self.status()
        except c.ZombieProcess:
            shown["status"] = "zombie"
        except c.NoSuchProcess:
            shown["status"] = "terminated"
        except c.AccessDenied:
            pass
        if self._exitcode is not None:
            shown["exitcode"] = self._exitcode
        started = datetime.datetime.fromtimestamp(self.create_time())
        today = started.date() == datetime.date.today()
        shown["started"] = started.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M:%S")
        return "psutil.%s(%s)" % (type(self).__name__, ", ".join("%s=%r" % kv for kv in shown.items()))

    __repr__ = __str__

    def __eq__(self, other):
        return self._ident == other._ident if isinstance(other, Process) else NotImplemented

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash(self._ident)

    @property
    def pid(self):
        """The process's number."""
        return self._pid

    def _is_self(self):
        return self._pid == os.getpid()

    def _path(self, name):
        return "%s/%s/%s" % (procfs(), self._pid, name)

    def _read(self, name):
        if self._once is None:
            return c.read_text(self._path(name))
        if name not in self._once:
            self._once[name] = c.read_text(self._path(name))
        return self._once[name]

    def _stat(self):
        if self._once is None:
            return _Stat.read(self._path("stat"))
        if "stat" not in self._once:
            self._once["stat"] = _Stat.read(self._path("stat"))
        return self._once["stat"]

    def _state(self):
        try:
            return self._stat().state
        except OSError:
            return None

    def _status_line(self, name):
        for line in self._read("status").splitlines():
            if line.startswith(name + ":"):
                return line.partition(":")[2].split()
        raise RuntimeError("no %s in %s" % (name, self._path("status")))

    @contextlib.contextmanager
    def oneshot(self):
        """Within the block, what was read of the process once is not read again."""
        if self._once is not None:
            yield
            return
        self._once = {}
        try:
            yield
        finally:
            self._once = None

    def as_dict(self, attrs=None, ad_value=None):
        """The answers of many methods by their names; `ad_value` where the system does not let us see."""
        valid = _attributes()
        if attrs is not None:
            if not isinstance(attrs, (list, tuple, set, frozenset)):
                raise TypeError("invalid attrs type %s" % type(attrs))
            attrs = set(attrs)
            wrong = attrs - valid
            if wrong:
                raise ValueError(
                    "invalid attr name%s %s" % ("s" if len(wrong) > 1 else "", ", ".join(map(repr, wrong)))
                )
        found = {}
        with self.oneshot():
            for name in attrs or valid:
                try:
                    found[name] = self.pid if name == "pid" else getattr(self, name)()
                except (c.AccessDenied, c.ZombieProcess):
                    found[name] = ad_value
                except NotImplementedError:
                    if attrs:
                        raise
        return found

    # who it is

    def parent(self):
        """The process that started this one; None when it is gone."""
        ppid = self.ppid()
        try:
            parent = Process(ppid)
        except c.NoSuchProcess:
            return None
        return parent if parent._start <= self._start else None

    def parents(self):
        """The parent, its parent and so on."""
        found = []
        parent = self.parent()
        while parent is not None:
            found.append(parent)
            parent = parent.parent()
        return found

    def is_running(self):
        """Whether it is there still, and not another with its number."""
        if self._gone:
            return False
        try:
            self._gone = self != Process(self.pid)
        except c.NoSuchProcess:
            self._gone = True
        return not self._gone

    @_checked
    def ppid(self):
        """The parent's number."""
        return os.getppid() if self._is_self() else self._stat().ppid

    @_checked
    def name(self):
        """The program's name."""
        if self._is_self():
            self._name = os.path.basename(sys.executable)
            return self._name
        name = self._stat().name
        if len(name) >= 15:  # the kernel keeps 15 letters
            line = self.cmdline()
            if line and os.path.basename(line[0]).startswith(name):
                name = os.path.basename(line[0])
        self._name = name
        return name

    @_checked
    def exe(self):
        """The program's file."""
        return sys.executable if self._is_self() else os.readlink(self._path("exe"))

    @_checked
    def cmdline(self):
        """The command's words."""
        if self._is_self():
            return [sys.executable, *sys.orig_argv[1:]]
        data = self._read("cmdline")
        if not data:
            return []
        words = data[:-1].split("\0") if data.endswith("\0") else data.split(" ")
        return words[0].split(" ") if len(words) == 1 and " " in words[0] else words

    @_checked
    def status(self):
        """What it is doing."""
        # the thread that asks is running, whatever the process's first thread does
        return c.STATUS_RUNNING if self._is_self() else c.STATUS_OF_LETTER.get(self._stat().state, "?")

    @_checked
    def username(self):
        """Its owner's name."""
        uid = self.uids().real
        try:
            return pwd.getpwuid(uid).pw_name
        except KeyError:
            return str(uid)

    def create_time(self):
        """When it started, in seconds since the epoch."""
        return self._start / CLOCK_TICKS + boot_time()

    @_checked
    def cwd(self):
        """Its working folder."""
        return os.getcwd() if self._is_self() else os.readlink(self._path("cwd"))

    @_checked
    def environ(self):
        """Its environment."""
        pairs = (e.partition("=") for e in self._read("environ").split("\0") if "=" in e)
        return {name: value for name, _, value in pairs}

    @_checked
    def uids(self):
        return c.puids(*(int(x) for x in self._status_line("Uid")[:3]))

    @_checked
    def gids(self):
        return c.pgids(*(int(x) for x in self._status_line("Gid")[:3]))

    @_checked
    def terminal(self):
        """Its terminal's file, or None."""
        tty = self._stat().tty
        for name in ["/dev/" + n for n in os.listdir("/dev") if n.startswith("tty")] + _pts():
            try:
                if os.stat(name).st_rdev == tty:
                    return name
            except OSError:
                continue
        return None

    # priorities

    @_checked
    def nice(self, value=None):
        """Its niceness; with a value, set it."""
        if value is None:
            return _moult_tools.getpriority(self.pid)
        _moult_tools.setpriority(self.pid, value)

    def ionice(self, ioclass=None, value=None):
        """Its input and output priority; with a class, set it."""
        if ioclass is None:
            if value is not None:
                raise ValueError("'ioclass' argument must be specified")
            text = self._tool("ionice", "-p", str(self.pid))
            kind, _, level = text.partition(": prio ")
            names = {"none": 0, "realtime": 1, "best-effort": 2, "idle": 3}
            return c.pionice(c.IOPriority(names.get(kind, 0)), int(level or 0))
        if value is None:
            value = 0
        if value and ioclass in (c.IOPRIO_CLASS_IDLE, c.IOPRIO_CLASS_NONE):
            raise ValueError("%r ioclass accepts no value" % ioclass)
        if value < 0 or value > 7:
            raise ValueError("value not in 0-7 range")
        self._tool("ionice", "-c", str(int(ioclass)), "-n", str(value), "-p", str(self.pid))

    def _tool(self, *command):
        """Ask a program of util-linux what Node has no call for."""
        if not self.is_running():
            raise c.NoSuchProcess(self.pid, self._name)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise c.AccessDenied(self.pid, self._name, done.stderr.strip())
        return done.stdout.strip()

    @_checked
    def cpu_affinity(self, cpus=None):
        """The processors it may run on; with a list, set them."""
        if cpus is None:
            found = []
            for part in self._status_line("Cpus_allowed_list")[0].split(","):
                first, _, last = part.partition("-")
                found.extend(range(int(first), int(last or first) + 1))
            return [n for n in found if n < cpu_count()]
        chosen = sorted(set(cpus)) or list(range(cpu_count()))
        for n in chosen:
            if n not in range(cpu_count()):
                raise ValueError("invalid CPU number %r; choose between %s" % (n, list(range(cpu_count()))))
        self._tool("taskset", "-apc", ",".join(map(str, chosen)), str(self.pid))

    @_checked
    def cpu_num(self):
        """The processor it ran on last."""
        return self._stat().cpu

    @_checked
    def rlimit(self, resource, limits=None):
        """A limit of it as (soft, hard); with a pair, set it."""
        import resource as resource_module

        if self.pid == 0:
            raise ValueError("can't use prlimit() against PID 0 process")
        if limits is None:
            return resource_module.prlimit(self.pid, resource)
        if len(limits) != 2:
            raise ValueError("second argument must be a (soft, hard) tuple, got %s" % repr(limits))
        resource_module.prlimit(self.pid, resource, limits)

    # times

    @_checked
    def cpu_times(self):
        """Processor seconds of it and of its ended children."""
        s = self._stat()
        return c.pcputimes(*(t / CLOCK_TICKS for t in (s.utime, s.stime, s.cutime, s.cstime, s.iowait)))

    def cpu_percent(self, interval=None):
        """How much of a processor it uses, over `interval` seconds or since the last call."""
        if interval is not None and interval < 0:
            raise ValueError("interval is not positive (got %r)" % interval)
        if interval:
            before = self._cpu_sample()
            time.sleep(interval)
        else:
            before = self._cpu_last
        after = self._cpu_last = self._cpu_sample()
        if before is None:
            return 0.0
        wall, busy = after[0] - before[0], after[1] - before[1]
        return round(busy / wall * 100, 1) if wall > 0 else 0.0

    def _cpu_sample(self):
        times = self.cpu_times()
        return time.monotonic(), times.user + times.system

    # memory

    @_checked
    def memory_info(self):
        """Bytes of memory. Of this process, rss is what the Python heap has in use."""
        size, rss, shared, text, lib, data, dirty = (int(x) * PAGE_SIZE for x in self._read("statm").split()[:7])
        if self._is_self():
            rss = heap_resident()
            shared = 0
        return c.pmem(rss, size, shared, text, lib, data, dirty)

    memory_info_ex = memory_info

    @_checked
    def memory_full_info(self):
        """memory_info with what belongs to this process alone (uss), its share (pss), and what is swapped out."""
        basic = self.memory_info()
        if self._is_self():
            return c.pfullmem(*basic, basic.rss, basic.rss, 0)
        uss = pss = swap = 0
        for line in self._read("smaps").splitlines():
            if line.startswith("Private"):
                uss += int(line.split()[1]) * 1024
            elif line.startswith("Pss:"):
                pss += int(line.split()[1]) * 1024
            elif line.startswith("Swap:"):
                swap += int(line.split()[1]) * 1024
        return c.pfullmem(*basic, uss, pss, swap)

    def memory_percent(self, memtype="rss"):
        """Its share of the machine's memory."""
        if memtype not in c.pfullmem._fields:
            raise ValueError("invalid memtype %r; valid types are %r" % (memtype, c.pfullmem._fields))
        info = self.memory_info() if memtype in c.pmem._fields else self.memory_full_info()
        total = virtual_memory().total
        if total <= 0:
            raise ValueError(
                "can't calculate process memory percent because total physical system memory is not positive (%r)" % total
            )
        return getattr(info, memtype) / total * 100

    @_checked
    def memory_maps(self, grouped=True):
        """What is mapped into it; grouped, one row a file."""
        rows = _maps(self._read("smaps"))
        if not grouped:
            return [c.pmmap_ext(addr, perms, path, *numbers) for addr, perms, path, numbers in rows]
        sums = {}
        for _, _, path, numbers in rows:
            sums[path] = [a + b for a, b in zip(sums[path], numbers)] if path in sums else numbers
        return [c.pmmap_grouped(path, *numbers) for path, numbers in sums.items()]

    # files, threads, children

    @_checked
    def io_counters(self):
        """What it read and wrote."""
        found = {}
        for line in self._read("io").splitlines():
            name, _, value = line.partition(": ")
            if value:
                found[name] = int(value)
        if not found:
            raise RuntimeError("%s file was empty" % self._path("io"))
        return c.pio(*(found[n] for n in ("syscr", "syscw", "read_bytes", "write_bytes", "rchar", "wchar")))

    @_checked
    def num_fds(self):
        return len(os.listdir(self._path("fd")))

    @_checked
    def open_files(self):
        """The regular files it has open."""
        found = []
        for fd in os.listdir(self._path("fd")):
            link = self._path("fd/" + fd)
            try:
                path = os.readlink(link)
                if not path.startswith("/") or not _is_file(path):
                    continue
                info = c.read_text(self._path("fdinfo/" + fd)).splitlines()
            except (FileNotFoundError, ProcessLookupError):
                continue
            position, flags = int(info[0].split()[1]), int(info[1].split()[1], 8)
            found.append(c.popenfile(path, int(fd), position, _mode(flags), flags))
        return found

    @_checked
    def connections(self, kind="inet"):
        """Its sockets of a kind."""
        return _connections.of_process(self.pid, kind)

    @_checked
    def num_threads(self):
        """Its threads; of this process those that run Python."""
        return len(sys._current_frames()) if self._is_self() else self._stat().threads

    @_checked
    def threads(self):
        """Its threads' numbers and times; of this process those that run Python."""
        if self._is_self():
            own = {t.native_id for t in threading.enumerate()}
            ids = sorted(own)
        else:
            ids = sorted(int(n) for n in os.listdir(self._path("task")))
        found = []
        for n in ids:
            try:
                s = _Stat.read(self._path("task/%d/stat" % n))
            except FileNotFoundError:
                if not self._is_self():
                    continue
                s = self._stat()
            found.append(c.pthread(n, s.utime / CLOCK_TICKS, s.stime / CLOCK_TICKS))
        return found

    @_checked
    def num_ctx_switches(self):
        return c.pctxsw(
            int(self._status_line("voluntary_ctxt_switches")[0]), int(self._status_line("nonvoluntary_ctxt_switches")[0])
        )

    def children(self, recursive=False):
        """The processes it started; recursive, theirs too."""
        if not self.is_running():
            raise c.NoSuchProcess(self.pid, self._name)
        by_parent = collections.defaultdict(list)
        for pid in pids():
            try:
                by_parent[_Stat.read("%s/%s/stat" % (procfs(), pid)).ppid].append(pid)
            except (FileNotFoundError, ProcessLookupError):
                continue
        found = []
        queue = collections.deque([self.pid])
        seen = set()
        while queue:
            parent = queue.popleft()
            if parent in seen:
                continue
            seen.add(parent)
            for pid in by_parent[parent]:
                try:
                    child = Process(pid)
                except c.NoSuchProcess:
                    continue
                if self._start <= child._start:
                    found.append(child)
                    if recursive:
                        queue.append(pid)
        return found

    # signals

    def send_signal(self, sig):
        """Send it a signal."""
        if not self.is_running():
            raise c.NoSuchProcess(self.pid, self._name)
        if self.pid == 0:
            raise ValueError("preventing sending signal to process with PID 0")
        try:
            os.kill(self.pid, sig)
        except ProcessLookupError:
            self._gone = True
            raise c.NoSuchProcess(self.pid, self._name) from None
        except PermissionError:
            raise c.AccessDenied(self.pid, self._name) from None

    def suspend(self):
        self.send_signal(signal.SIGSTOP)

    def resume(self):
        self.send_signal(signal.SIGCONT)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout=None):
        """Wait for its end. Returns the exit status where it is our child, else None."""
        if timeout is not None and timeout < 0:
            raise ValueError("timeout must be a positive integer")
        if self._exitcode is None:
            self._exitcode = _wait(self.pid, timeout, self._name)
        return self._exitcode


_NOT_ATTRIBUTES = {
    "send_signal", "suspend", "resume", "terminate", "kill", "wait", "is_running", "as_dict", "parent", "parents", "children",
    "rlimit", "memory_info_ex", "oneshot",
}


@functools.cache
def _attributes():
    return {n for n in dir(Process) if not n.startswith("_")} - _NOT_ATTRIBUTES


def pids():
    """The numbers of all processes."""
    return [int(n) for n in os.listdir(procfs()) if n.isdigit()]


def _pts():
    try:
        return ["/dev/pts/" + n for n in os.listdir("/dev/pts")]
    except OSError:
        return []


def _is_file(path):
    import stat

    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def _mode(flags):
    access = flags & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
    mode = {os.O_RDONLY: "r", os.O_WRONLY: "w", os.O_RDWR: "w+"}[access]
    if flags & os.O_APPEND:
        mode = mode.replace("w", "a", 1)
    return mode.replace("w+", "r+")


_MAP_FIELDS = (
    "Rss", "Size", "Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty", "Referenced", "Anonymous", "Swap",
)


def _maps(text):
    rows = []
    values = {}
    for line in text.splitlines():
        first, _, rest = line.partition(" ")
        if first.endswith(":"):
            if rest.endswith("kB"):
                values[first[:-1]] = int(rest.split()[0]) * 1024
            continue
        values = {}
        parts = line.split(None, 5)
        path = parts[5].strip() if len(parts) > 5 else "[anon]"
        rows.append((parts[0], parts[1], path.removesuffix(" (deleted)"), values))
    return [(addr, perms, path, [v.get(f, 0) for f in _MAP_FIELDS]) for addr, perms, path, v in rows]


def _wait(pid, timeout, name):
    deadline = None if timeout is None else time.monotonic() + timeout
    pause = 0.0001
    while True:
        try:
            found, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            if not os.path.exists("%s/%s" % (procfs(), pid)):
                return None
        else:
            if found == pid:
                code = os.waitstatus_to_exitcode(status)
                if code >= 0:
                    return code
                try:
                    return c.Negsignal(code)
                except ValueError:
                    return code
        if deadline is not None and time.monotonic() >= deadline:
            raise c.TimeoutExpired(timeout, pid=pid, name=name)
        time.sleep(pause)
        pause = min(pause * 2, 0.04)
