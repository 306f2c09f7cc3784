"""Constants, result types and errors of psutil's interface."""
import collections
import enum
import signal
import socket

STATUS_RUNNING = "running"
STATUS_SLEEPING = "sleeping"
STATUS_DISK_SLEEP = "disk-sleep"
STATUS_STOPPED = "stopped"
STATUS_TRACING_STOP = "tracing-stop"
STATUS_ZOMBIE = "zombie"
STATUS_DEAD = "dead"
STATUS_WAKE_KILL = "wake-kill"
STATUS_WAKING = "waking"
STATUS_IDLE = "idle"
STATUS_LOCKED = "locked"
STATUS_WAITING = "waiting"
STATUS_SUSPENDED = "suspended"
STATUS_PARKED = "parked"

STATUS_OF_LETTER = {
    "R": STATUS_RUNNING, "S": STATUS_SLEEPING, "D": STATUS_DISK_SLEEP, "T": STATUS_STOPPED, "t": STATUS_TRACING_STOP,
    "Z": STATUS_ZOMBIE, "X": STATUS_DEAD, "x": STATUS_DEAD, "K": STATUS_WAKE_KILL, "W": STATUS_WAKING, "I": STATUS_IDLE,
    "P": STATUS_PARKED,
}

CONN_ESTABLISHED = "ESTABLISHED"
CONN_SYN_SENT = "SYN_SENT"
CONN_SYN_RECV = "SYN_RECV"
CONN_FIN_WAIT1 = "FIN_WAIT1"
CONN_FIN_WAIT2 = "FIN_WAIT2"
CONN_TIME_WAIT = "TIME_WAIT"
CONN_CLOSE = "CLOSE"
CONN_CLOSE_WAIT = "CLOSE_WAIT"
CONN_LAST_ACK = "LAST_ACK"
CONN_LISTEN = "LISTEN"
CONN_CLOSING = "CLOSING"
CONN_NONE = "NONE"

CONN_OF_CODE = {
    "01": CONN_ESTABLISHED, "02": CONN_SYN_SENT, "03": CONN_SYN_RECV, "04": CONN_FIN_WAIT1, "05": CONN_FIN_WAIT2,
    "06": CONN_TIME_WAIT, "07": CONN_CLOSE, "08": CONN_CLOSE_WAIT, "09": CONN_LAST_ACK, "0A": CONN_LISTEN, "0B": CONN_CLOSING,
}


class NicDuplex(enum.IntEnum):
    NIC_DUPLEX_FULL = 2
    NIC_DUPLEX_HALF = 1
    NIC_DUPLEX_UNKNOWN = 0


class BatteryTime(enum.IntEnum):
    POWER_TIME_UNKNOWN = -1
    POWER_TIME_UNLIMITED = -2


class IOPriority(enum.IntEnum):
    IOPRIO_CLASS_NONE = 0
    IOPRIO_CLASS_RT = 1
    IOPRIO_CLASS_BE = 2
    IOPRIO_CLASS_IDLE = 3


NIC_DUPLEX_FULL, NIC_DUPLEX_HALF, NIC_DUPLEX_UNKNOWN = NicDuplex
POWER_TIME_UNKNOWN, POWER_TIME_UNLIMITED = BatteryTime
IOPRIO_CLASS_NONE, IOPRIO_CLASS_RT, IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE = IOPriority

Negsignal = enum.IntEnum("Negsignal", {s.name: -s.value for s in signal.Signals})


def _tuple(name, fields):
    return collections.namedtuple(name, fields.split())


sswap = _tuple("sswap", "total used free percent sin sout")
svmem = _tuple("svmem", "total available percent used free active inactive buffers cached shared slab")
scpustats = _tuple("scpustats", "ctx_switches interrupts soft_interrupts syscalls")
scpufreq = _tuple("scpufreq", "current min max")
sdiskusage = _tuple("sdiskusage", "total used free percent")
sdiskio = _tuple(
    "sdiskio",
    "read_count write_count read_bytes write_bytes read_time write_time read_merged_count write_merged_count busy_time",
)
sdiskpart = _tuple("sdiskpart", "device mountpoint fstype opts maxfile maxpath")
snetio = _tuple("snetio", "bytes_sent bytes_recv packets_sent packets_recv errin errout dropin dropout")
suser = _tuple("suser", "name terminal host started pid")
sconn = _tuple("sconn", "fd family type laddr raddr status pid")
snicaddr = _tuple("snicaddr", "family address netmask broadcast ptp")
snicstats = _tuple("snicstats", "isup duplex speed mtu flags")
sbattery = _tuple("sbattery", "percent secsleft power_plugged")
sfan = _tuple("sfan", "label current")
shwtemp = _tuple("shwtemp", "label current high critical")
addr = _tuple("addr", "ip port")

pmem = _tuple("pmem", "rss vms shared text lib data dirty")
pfullmem = _tuple("pfullmem", "rss vms shared text lib data dirty uss pss swap")
pmmap_grouped = _tuple(
    "pmmap_grouped",
    "path rss size pss shared_clean shared_dirty private_clean private_dirty referenced anonymous swap",
)
pmmap_ext = _tuple("pmmap_ext", "addr perms " + " ".join(pmmap_grouped._fields))
pio = _tuple("pio", "read_count write_count read_bytes write_bytes read_chars write_chars")
pcputimes = _tuple("pcputimes", "user system children_user children_system iowait")
popenfile = _tuple("popenfile", "path fd position mode flags")
pthread = _tuple("pthread", "id user_time system_time")
puids = _tuple("puids", "real effective saved")
pgids = _tuple("pgids", "real effective saved")
pionice = _tuple("pionice", "ioclass value")
pctxsw = _tuple("pctxsw", "voluntary involuntary")
pconn = _tuple("pconn", "fd family type laddr raddr status")

AF_LINK = socket.AF_PACKET


class Error(Exception):
    """Base of psutil's errors."""

    __module__ = "psutil"

    def _details(self, names):
        found = {}
        for name in names:
            value = getattr(self, name, None)
            if value:
                found[name] = value
            elif name == "pid" and value == 0:
                found[name] = value
        return found

    def __str__(self):
        details = self._details(("pid", "ppid", "name"))
        text = "(%s)" % ", ".join("%s=%r" % kv for kv in details.items()) if details else None
        return " ".join(part for part in (getattr(self, "msg", ""), text) if part)

    def __repr__(self):
        details = self._details(("pid", "ppid", "name", "seconds", "msg"))
        return "psutil.%s(%s)" % (type(self).__name__, ", ".join("%s=%r" % kv for kv in details.items()))


class NoSuchProcess(Error):
    """No process with this number is there, or no longer."""

    __module__ = "psutil"

    def __init__(self, pid, name=None, msg=None):
        Exception.__init__(self)
        self.pid = pid
        self.name = name
        self.msg = msg or "process no longer exists"

    def __reduce__(self):
        return (type(self), (self.pid, self.name, self.msg))


class ZombieProcess(NoSuchProcess):
    """The process has ended and its parent has not asked for its status."""

    __module__ = "psutil"

    def __init__(self, pid, name=None, ppid=None, msg=None):
        NoSuchProcess.__init__(self, pid, name, msg)
        self.ppid = ppid
        self.msg = msg or "PID still exists but it's a zombie"

    def __reduce__(self):
        return (type(self), (self.pid, self.name, self.ppid, self.msg))


class AccessDenied(Error):
    """The system does not let us see this."""

    __module__ = "psutil"

    def __init__(self, pid=None, name=None, msg=None):
        Exception.__init__(self)
        self.pid = pid
        self.name = name
        self.msg = msg or ""

    def __reduce__(self):
        return (type(self), (self.pid, self.name, self.msg))


class TimeoutExpired(Error):
    """Process.wait(timeout) took longer than that."""

    __module__ = "psutil"

    def __init__(self, seconds, pid=None, name=None):
        Exception.__init__(self)
        self.seconds = seconds
        self.pid = pid
        self.name = name
        self.msg = "timeout after %s seconds" % seconds

    def __reduce__(self):
        return (type(self), (self.seconds, self.pid, self.name))


def read_text(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        return f.read()


def usage_percent(used, total, round_=None):
    try:
        value = float(used) / total * 100
    except ZeroDivisionError:
        return 0.0
    return value if round_ is None else round(value, round_)
