"""What psutil says about the machine, from /proc and /sys."""
import collections
import functools
import os
import socket
import threading
import time

from . import _common as c

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
SECTOR = 512

scputimes = collections.namedtuple("scputimes", "user nice system idle iowait irq softirq steal guest guest_nice")


def procfs():
    import psutil

    return psutil.PROCFS_PATH


def _meminfo(text):
    values = {}
    for line in text.splitlines():
        name, _, rest = line.partition(":")
        parts = rest.split()
        if parts:
            values[name] = int(parts[0]) * (1024 if len(parts) > 1 else 1)
    return values


def virtual_memory():
    """Memory of the machine in bytes."""
    m = _meminfo(c.read_text(procfs() + "/meminfo"))
    total, free, buffers = m["MemTotal"], m["MemFree"], m.get("Buffers", 0)
    cached = m.get("Cached", 0) + m.get("SReclaimable", 0)
    used = total - free - cached - buffers
    if used < 0:
        used = total - free
    available = m.get("MemAvailable", free + cached)
    if available > total:
        available = free
    inactive = m.get("Inactive", m.get("Inact_dirty", 0) + m.get("Inact_clean", 0) + m.get("Inact_laundry", 0))
    percent = c.usage_percent(total - available, total, round_=1)
    return c.svmem(
        total, available, percent, used, free, m.get("Active", 0), inactive, buffers, cached,
        m.get("Shmem", m.get("MemShared", 0)), m.get("Slab", 0),
    )


def swap_memory():
    """Swap of the machine in bytes."""
    m = _meminfo(c.read_text(procfs() + "/meminfo"))
    total, free = m.get("SwapTotal", 0), m.get("SwapFree", 0)
    used = total - free
    pages = dict.fromkeys(("pswpin", "pswpout"), 0)
    for line in c.read_text(procfs() + "/vmstat").splitlines():
        name, _, value = line.partition(" ")
        if name in pages:
            pages[name] = int(value) * 4 * 1024
    return c.sswap(total, used, free, c.usage_percent(used, total, round_=1), pages["pswpin"], pages["pswpout"])


def _cpu_lines():
    lines = c.read_text(procfs() + "/stat").splitlines()
    return [line.split() for line in lines if line.startswith("cpu")]


def _cpu_tuple(fields):
    ticks = [int(x) / CLOCK_TICKS for x in fields[1:11]]
    return scputimes(*ticks + [0.0] * (10 - len(ticks)))


def cpu_times(percpu=False):
    """Seconds spent by the processors in each mode since the start."""
    lines = _cpu_lines()
    return [_cpu_tuple(f) for f in lines[1:]] if percpu else _cpu_tuple(lines[0])


def _total(t):
    # guest time is counted in user and nice already
    return sum(t) - t.guest - t.guest_nice


def _busy(t):
    return _total(t) - t.idle - t.iowait


def _deltas(before, after):
    return scputimes(*(max(0, b - a) for a, b in zip(before, after)))


def _percent(before, after):
    d = _deltas(before, after)
    total = _total(d)
    return round(_busy(d) / total * 100, 1) if total else 0.0


def _times_percent(before, after):
    d = _deltas(before, after)
    total = _total(d)
    scale = 100.0 / max(1, total)
    return scputimes(*(min(max(0.0, round(x * scale, 1)), 100.0) for x in d))


_lasts = {}


def _sampled(kind, measure, interval, percpu):
    """`measure` over `interval` seconds, or since this thread's last call of the same kind."""
    if interval is not None and interval < 0:
        raise ValueError("interval is not positive (got %r)" % interval)
    key = (threading.current_thread().ident, kind, percpu)
    if interval is not None and interval > 0.0:
        before = cpu_times(percpu)
        time.sleep(interval)
    else:
        before = _lasts.get(key) or _first[percpu]
    after = _lasts[key] = cpu_times(percpu)
    return [measure(a, b) for a, b in zip(before, after)] if percpu else measure(before, after)


def cpu_percent(interval=None, percpu=False):
    """How busy the processors are, in percent."""
    return _sampled("percent", _percent, interval, percpu)


def cpu_times_percent(interval=None, percpu=False):
    """How the processors' time is spent, in percent."""
    return _sampled("times", _times_percent, interval, percpu)


try:
    _first = {False: cpu_times(), True: cpu_times(percpu=True)}
except (OSError, IndexError):
    _first = {False: scputimes(*[0.0] * 10), True: []}


def cpu_count(logical=True):
    """Processors, or with logical=False the cores they are part of."""
    if logical:
        return os.cpu_count()
    cores = set()
    package = core = None
    for line in c.read_text(procfs() + "/cpuinfo").splitlines():
        name, _, value = line.partition(":")
        name = name.strip()
        if name == "physical id":
            package = value.strip()
        elif name == "core id":
            core = value.strip()
        elif not name and core is not None:
            cores.add((package, core))
            package = core = None
    if core is not None:
        cores.add((package, core))
    return len(cores) or None


def cpu_stats():
    """Counts of context switches and interrupts."""
    found = {}
    for line in c.read_text(procfs() + "/stat").splitlines():
        name, _, rest = line.partition(" ")
        if name in ("ctxt", "intr", "softirq"):
            found[name] = int(rest.split()[0])
    return c.scpustats(found.get("ctxt", 0), found.get("intr", 0), found.get("softirq", 0), 0)


def cpu_freq(percpu=False):
    """Frequencies in MHz; None where the system does not say."""
    found = []
    for line in c.read_text(procfs() + "/cpuinfo").splitlines():
        if line.lower().startswith("cpu mhz"):
            found.append(c.scpufreq(float(line.partition(":")[2]), 0.0, 0.0))
    if percpu:
        return found
    if not found:
        return None
    mean = sum(f.current for f in found) / len(found)
    return c.scpufreq(mean, 0.0, 0.0)


def getloadavg():
    """The load of the last 1, 5 and 15 minutes."""
    return os.getloadavg()


def boot_time():
    """When the machine started, in seconds since the epoch."""
    for line in c.read_text(procfs() + "/stat").splitlines():
        if line.startswith("btime"):
            return float(line.split()[1])
    raise RuntimeError("line 'btime' not found in %s/stat" % procfs())


def disk_usage(path):
    """Size and use of the file system that `path` is on, in bytes."""
    st = os.statvfs(path)
    total = st.f_blocks * st.f_frsize
    used = total - st.f_bfree * st.f_frsize
    available = st.f_bavail * st.f_frsize
    return c.sdiskusage(total, used, available, c.usage_percent(used, used + available, round_=1))


def _unescape(text):
    for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, char)
    return text


def disk_partitions(all=False):
    """The mounted file systems; with all=False those on a device."""
    kinds = set()
    for line in c.read_text(procfs() + "/filesystems").splitlines():
        if not line.startswith("nodev"):
            kinds.add(line.strip())
        elif line.split("\t")[1].strip() == "zfs":
            kinds.add("zfs")
    found = []
    for line in c.read_text(procfs() + "/self/mounts").splitlines():
        device, mountpoint, fstype, opts = (_unescape(f) for f in line.split()[:4])
        if device == "none":
            device = ""
        if not all and (not device or fstype not in kinds):
            continue
        try:
            st = os.statvfs(mountpoint)
            longest = st.f_namemax, os.pathconf(mountpoint, "PC_PATH_MAX") if hasattr(os, "pathconf") else 4096
        except OSError:
            longest = None, None
        found.append(c.sdiskpart(device, mountpoint, fstype, opts, *longest))
    return found


def _summed(kind, per):
    return kind(*(sum(column) for column in zip(*per.values()))) if per else None


def disk_io_counters(perdisk=False, nowrap=True):
    """What was read from and written to disks."""
    found = {}
    for line in c.read_text(procfs() + "/diskstats").splitlines():
        f = line.split()
        if len(f) < 14:
            continue
        name = f[2]
        if not perdisk and not os.path.exists("/sys/block/" + name.replace("/", "!")):
            continue
        reads, rmerged, rsectors, rtime, writes, wmerged, wsectors, wtime, _, busy = map(int, f[3:13])
        found[name] = c.sdiskio(
            reads, writes, rsectors * SECTOR, wsectors * SECTOR, rtime, wtime, rmerged, wmerged, busy
        )
    return found if perdisk else _summed(c.sdiskio, found)


def net_io_counters(pernic=False, nowrap=True):
    """What was sent and received by network interfaces."""
    found = {}
    for line in c.read_text(procfs() + "/net/dev").splitlines()[2:]:
        name, _, rest = line.rpartition(":")
        f = [int(x) for x in rest.split()]
        found[name.strip()] = c.snetio(f[8], f[0], f[9], f[1], f[2], f[10], f[3], f[11])
    return found if pernic else _summed(c.snetio, found)


def _broadcast4(address, netmask):
    pairs = zip(address.split("."), netmask.split("."))
    return ".".join(str(int(a) | ~int(m) & 255) for a, m in pairs)


def net_if_addrs():
    """The addresses of each network interface."""
    import ipaddress

    import _moult_tools

    found = collections.defaultdict(list)
    for name, address, netmask in _moult_tools.ipv4_addresses():
        broadcast = None if address.startswith("127.") else _broadcast4(address, netmask)
        found[name].append(c.snicaddr(socket.AF_INET, address, netmask, broadcast, None))
    try:
        lines = c.read_text(procfs() + "/net/if_inet6").splitlines()
    except OSError:
        lines = []
    for line in lines:
        digits, _, prefix, scope, _, name = line.split()
        address = str(ipaddress.IPv6Address(int(digits, 16))) + ("%" + name if scope == "20" else "")
        mask = str(ipaddress.IPv6Network("::/%d" % int(prefix, 16)).netmask)
        found[name].append(c.snicaddr(socket.AF_INET6, address, mask, None, None))
    for name in net_io_counters(pernic=True):
        try:
            address = c.read_text("/sys/class/net/%s/address" % name).strip()
            loopback = int(c.read_text("/sys/class/net/%s/flags" % name), 16) & 8
            broadcast = None if loopback else c.read_text("/sys/class/net/%s/broadcast" % name).strip()
        except OSError:
            continue
        found[name].append(c.snicaddr(c.AF_LINK, address, None, broadcast, None))
    return dict(found)


_FLAGS = (
    (0x1, "up"), (0x2, "broadcast"), (0x4, "debug"), (0x8, "loopback"), (0x10, "pointopoint"), (0x20, "notrailers"),
    (0x40, "running"), (0x80, "noarp"), (0x100, "promisc"), (0x200, "allmulti"), (0x400, "master"), (0x800, "slave"),
    (0x1000, "multicast"), (0x2000, "portsel"), (0x4000, "dynamic"),
)


def net_if_stats():
    """State, speed and packet size of each network interface."""
    found = {}
    for name in net_io_counters(pernic=True):
        base = "/sys/class/net/%s/" % name

        def value(file, read=int, otherwise=0):
            try:
                return read(c.read_text(base + file).strip())
            except (OSError, ValueError):
                return otherwise

        flags = value("flags", lambda s: int(s, 16))
        if flags & 1 and value("operstate", str, "up") in ("up", "unknown"):
            flags |= 0x40
        duplex = {"full": c.NIC_DUPLEX_FULL, "half": c.NIC_DUPLEX_HALF}.get(value("duplex", str, ""), c.NIC_DUPLEX_UNKNOWN)
        speed = max(0, value("speed"))
        found[name] = c.snicstats(
            bool(flags & 0x40), duplex, speed, value("mtu"), ",".join(text for bit, text in _FLAGS if flags & bit)
        )
    return found


def sensors_temperatures(fahrenheit=False):
    """Temperatures by sensor chip."""
    found = collections.defaultdict(list)
    scale = (lambda t: t * 9 / 5 + 32) if fahrenheit else (lambda t: t)
    for chip, base, label in _sensors("temp"):
        read = functools.partial(_sensor_value, base)
        current = read("_input")
        if current is None:
            continue
        high, critical = read("_max"), read("_crit")
        high, critical = high or critical, critical or high
        found[chip].append(c.shwtemp(label, *(None if t is None else scale(t / 1000.0) for t in (current, high, critical))))
    return dict(found)


def sensors_fans():
    """Speeds of fans by sensor chip."""
    found = collections.defaultdict(list)
    for chip, base, label in _sensors("fan"):
        current = _sensor_value(base, "_input")
        if current is not None:
            found[chip].append(c.sfan(label, int(current)))
    return dict(found)


def _sensor_value(base, suffix):
    try:
        return float(c.read_text(base + suffix))
    except (OSError, ValueError):
        return None


def _sensors(kind):
    import glob

    for path in sorted(glob.glob("/sys/class/hwmon/hwmon*/%s*_input" % kind)):
        base = path[: -len("_input")]
        try:
            chip = c.read_text(os.path.dirname(path) + "/name").strip()
        except OSError:
            continue
        try:
            label = c.read_text(base + "_label").strip()
        except OSError:
            label = ""
        yield chip, base, label


def sensors_battery():
    """The battery's charge; None without one."""
    root = "/sys/class/power_supply/"
    try:
        names = sorted(n for n in os.listdir(root) if n.startswith("BAT") or "battery" in n.lower())
    except OSError:
        return None
    if not names:
        return None

    def value(name, *files):
        for file in files:
            try:
                return c.read_text(root + name + "/" + file).strip()
            except OSError:
                continue
        return None

    now, full = value(names[0], "energy_now", "charge_now"), value(names[0], "energy_full", "charge_full")
    percent = 100.0 * int(now) / int(full) if now and full and int(full) else float(value(names[0], "capacity") or -1)
    if percent < 0:
        return None
    status = (value(names[0], "status") or "").lower()
    online = value("AC0", "online") or value("AC", "online")
    plugged = online == "1" if online is not None else {"discharging": False, "charging": True, "full": True}.get(status)
    if plugged:
        left = c.POWER_TIME_UNLIMITED
    else:
        power = value(names[0], "power_now", "current_now")
        left = int(int(now) / int(power) * 3600) if now and power and int(power) else c.POWER_TIME_UNKNOWN
    return c.sbattery(percent, left, plugged)


def users():
    """Who is logged in, from utmp."""
    import struct

    record = struct.Struct("<hxxi32s4s32s256shhiii36x")
    try:
        with open("/var/run/utmp", "rb") as f:
            data = f.read()
    except OSError:
        return []
    found = []
    for at in range(0, len(data) - record.size + 1, record.size):
        kind, pid, line, _, name, host, _, _, _, seconds, _ = record.unpack_from(data, at)
        if kind != 7:
            continue
        text = [s.split(b"\0")[0].decode(errors="replace") for s in (name, line, host)]
        if text[2] in (":0.0", ":0"):
            text[2] = "localhost"
        found.append(c.suser(text[0], text[1] or None, text[2] or None, float(seconds), pid))
    return found
