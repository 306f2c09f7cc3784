import socket
import threading
import _socket

print(socket.inet_ntoa(b"\x7f\0\0\1"), socket.inet_aton("1.2.3"), socket.inet_aton("10"), socket.inet_aton("0x7f.1"))
for s in ("::", "::1", "1::", "fe80::1:2", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1:0:0:2:0:0:0:3", "::1.2.3.4", "2001:db8::ff00:42:8329"):
    p = socket.inet_pton(socket.AF_INET6, s)
    print(s, p.hex(), socket.inet_ntop(socket.AF_INET6, p))
print(socket.inet_ntop(socket.AF_INET, b"\1\2\3\4"), socket.inet_pton(socket.AF_INET, "9.8.7.6"))
print(socket.htons(1), socket.htonl(1), socket.ntohs(0x1234), socket.ntohl(0x12345678))
for f in (lambda: socket.inet_aton("x"), lambda: socket.inet_aton("1.2.3.4.5"), lambda: socket.inet_ntoa(b"abc"), lambda: socket.inet_pton(socket.AF_INET, "1.2"), lambda: socket.inet_pton(socket.AF_INET6, "1::2::3"),
          lambda: socket.inet_ntop(99, b""), lambda: socket.inet_ntop(socket.AF_INET, b"x"), lambda: socket.htons(-1), lambda: socket.htons(70000), lambda: socket.htonl(2**33), lambda: socket.inet_aton(3)):
    try:
        print("no error", f())
    except (OSError, ValueError, OverflowError, TypeError) as e:
        print(type(e).__name__, e)
print(socket.gethostbyname("127.0.0.1"), len(socket.gethostname()) > 0, socket.getservbyname("http"), socket.getservbyport(22), socket.getprotobyname("tcp"))
print(socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM))
print(socket.error is OSError, socket.timeout is TimeoutError, issubclass(socket.gaierror, OSError), socket.AF_INET, socket.SocketType is _socket.socket, socket.getdefaulttimeout())
a, b = socket.socketpair()
print(a.family, a.type, a.proto, a.getblocking(), a.gettimeout(), a.fileno() >= 0)
print(a.send(b"hello"), b.recv(3), b.recv(10))
b.sendall(b"back")
buf = bytearray(10)
print(a.recv_into(buf), bytes(buf[:4]))
a.setblocking(False)
try:
    a.recv(1)
except BlockingIOError as e:
    print(type(e).__name__, e.errno)
a.settimeout(0.02)
try:
    a.recv(1)
except TimeoutError as e:
    print(e)
a.settimeout(None)
threading.Timer(0.05, b.sendall, (b"later",)).start()
print(a.recv(100))
with a.makefile("rb") as r, b.makefile("wb") as w:
    w.write(b"line 1\nline 2\n")
    w.flush()
    print(r.readline(), r.readline())
b.close()
print(a.recv(1), b.fileno())
a.close()
try:
    a.send(b"x")
except OSError as e:
    print(e)
try:
    socket.socket(fileno=-5)
except ValueError as e:
    print(e)
