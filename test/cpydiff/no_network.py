# Topic: the operating system
# Sockets cannot be opened: `socket.socket()` raises OSError, so `http.server`, `urllib` over a network and asyncio's streams do not work.
# Cause: Node has no blocking sockets, and the helper thread that would stand in for them is not written.
# Instead: a subprocess that talks to the network (`curl`).
import socket

try:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    print("open")
except OSError as e:
    print(e)
