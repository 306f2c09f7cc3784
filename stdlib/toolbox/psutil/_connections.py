"""Sockets by process, from /proc/net."""
import os
import socket

from . import _common as c

_FAMILIES = {
    "tcp": ("tcp", socket.AF_INET, socket.SOCK_STREAM),
    "tcp6": ("tcp6", socket.AF_INET6, socket.SOCK_STREAM),
    "udp": ("udp", socket.AF_INET, socket.SOCK_DGRAM),
    "udp6": ("udp6", socket.AF_INET6, socket.SOCK_DGRAM),
    "unix": ("unix", socket.AF_UNIX, None),
}
_KINDS = {
    "all": ("tcp", "tcp6", "udp", "udp6", "unix"),
    "tcp": ("tcp", "tcp6"),
    "tcp4": ("tcp",),
    "tcp6": ("tcp6",),
    "udp": ("udp", "udp6"),
    "udp4": ("udp",),
    "udp6": ("udp6",),
    "unix": ("unix",),
    "inet": ("tcp", "tcp6", "udp", "udp6"),
    "inet4": ("tcp", "udp"),
    "inet6": ("tcp6", "udp6"),
}


def _procfs():
    import psutil

    return psutil.PROCFS_PATH


def _inodes(pid):
    found = {}
    folder = "%s/%s/fd" % (_procfs(), pid)
    for fd in os.listdir(folder):
        try:
            link = os.readlink(folder + "/" + fd)
        except (FileNotFoundError, ProcessLookupError):
            continue
        if link.startswith("socket:["):
            found.setdefault(link[8:-1], []).append((pid, int(fd)))
    return found


def _address(text, family):
    digits, port = text.split(":")
    port = int(port, 16)
    if not port:
        return ()
    raw = bytes.fromhex(digits)
    # each 32-bit word is in the machine's order
    raw = b"".join(raw[i : i + 4][::-1] for i in range(0, len(raw), 4))
    return c.addr(socket.inet_ntop(family, raw), port)


def _rows(name, inodes, everybody):
    file, family, kind = _FAMILIES[name]
    try:
        lines = c.read_text("%s/net/%s" % (_procfs(), file)).splitlines()[1:]
    except FileNotFoundError:
        return
    for line in lines:
        f = line.split()
        inode = f[6] if name == "unix" else f[9]
        holders = inodes.get(inode) or ([(None, -1)] if everybody else [])
        for pid, fd in holders:
            if name == "unix":
                path = f[7] if len(f) > 7 else ""
                yield pid, fd, family, int(f[4], 16), path, "", c.CONN_NONE
            else:
                status = c.CONN_OF_CODE[f[3]] if kind == socket.SOCK_STREAM else c.CONN_NONE
                yield pid, fd, family, kind, _address(f[1], family), _address(f[2], family), status


def _find(kind, inodes, everybody):
    if kind not in _KINDS:
        raise ValueError("invalid %r kind argument; choose between %s" % (kind, ", ".join(repr(k) for k in _KINDS)))
    for name in _KINDS[kind]:
        for pid, fd, family, type_, laddr, raddr, status in _rows(name, inodes, everybody):
            try:
                type_ = socket.SocketKind(type_)
            except ValueError:
                pass
            yield pid, c.sconn(fd, socket.AddressFamily(family), type_, laddr, raddr, status, pid)


def of_process(pid, kind):
    inodes = _inodes(pid)
    return [c.pconn(*row[:6]) for _, row in _find(kind, inodes, False)]


def net_connections(kind="inet"):
    """The sockets of the machine of a kind."""
    inodes = {}
    for name in os.listdir(_procfs()):
        if name.isdigit():
            try:
                inodes.update(_inodes(int(name)))
            except OSError:
                continue
    return [row for _, row in _find(kind, inodes, True)]
