import os
import select
import selectors
import threading
import time

r, w = os.pipe()
print(select.select([r], [w], [], 0) == ([], [w], []))
os.write(w, b"abc")
print(select.select([r], [], [], 5) == ([r], [], []), select.select([r], [w], [r]) == ([r], [w], []))
print(os.read(r, 2), os.read(r, 10))
p = select.poll()
p.register(r, select.POLLIN)
p.register(w, select.POLLOUT)
print(p.poll(0) == [(w, select.POLLOUT)])
p.modify(w, 0)
print(p.poll(10))
threading.Timer(0.05, os.write, (w, b"later")).start()
print(p.poll() == [(r, select.POLLIN)], os.read(r, 100))
os.close(w)
print([e for _, e in p.poll(100) if _ == r] == [select.POLLHUP], select.select([r], [], [])[0] == [r], os.read(r, 1))
p.unregister(r)
for f in (lambda: p.unregister(r), lambda: p.modify(r, 1), lambda: p.register("x"), lambda: p.register(r, -1), lambda: p.register(r, 70000), lambda: p.poll("x"),
          lambda: select.select([-1], [], []), lambda: select.select([2000], [], []), lambda: select.select(3, [], []), lambda: select.select([], [], [], -1),
          lambda: select.select([], [], [], "x")):
    try:
        f()
        print("no error")
    except (KeyError, OSError, TypeError, ValueError, OverflowError) as e:
        print(type(e).__name__, "" if isinstance(e, KeyError) else e)
with open(__file__) as f:
    print(select.select([f], [], [])[0] == [f])
t = time.monotonic()
print(select.select([], [], [], 0.05), time.monotonic() - t >= 0.04)
r2, w2 = os.pipe()
s = selectors.DefaultSelector() if not hasattr(select, "epoll") else selectors.PollSelector()
s.register(r2, selectors.EVENT_READ, "data")
print(s.select(0))
os.write(w2, b"x")
print([(k.data, e) for k, e in s.select()])
print(select.error is OSError, select.PIPE_BUF)
