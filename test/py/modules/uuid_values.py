import uuid

u = uuid.UUID("12345678123456781234567812345678")
print(u, u.hex, u.int, u.urn, u.variant, u.version, u.fields, u.bytes_le)
print(uuid.uuid3(uuid.NAMESPACE_DNS, "python.org"), uuid.uuid5(uuid.NAMESPACE_DNS, "python.org"))
a, b = uuid.uuid1(), uuid.uuid4()
print(a.version, b.version, a.variant == b.variant == uuid.RFC_4122, uuid.uuid4() != b, 0 < uuid.getnode() < 1 << 48)
print(uuid.uuid1(node=5, clock_seq=7).node)
import fcntl, os
r, w = os.pipe()
print(fcntl.fcntl(r, fcntl.F_GETFD), fcntl.fcntl(w, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY)
print(fcntl.fcntl(r, fcntl.F_SETFD, 0), fcntl.fcntl(r, fcntl.F_GETFD))
with open(__file__) as f:
    print(fcntl.flock(f, fcntl.LOCK_SH), fcntl.flock(f, fcntl.LOCK_UN), fcntl.lockf(f, fcntl.LOCK_SH | fcntl.LOCK_NB))
try:
    fcntl.fcntl(1000, fcntl.F_GETFD)
except OSError as e:
    print(e)
