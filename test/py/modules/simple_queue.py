import _queue
import queue
import threading
import weakref

q = queue.SimpleQueue()
print(type(q), q.empty(), q.qsize())
for i in range(5):
    q.put(i)
q.put_nowait("x")
q.put(item=None, block=False, timeout=3)
print(q.qsize(), [q.get() for _ in range(6)], q.get_nowait(), q.empty())
for f in (lambda: q.get_nowait(), lambda: q.get(False), lambda: q.get(timeout=0.01), lambda: q.get(timeout=-1), lambda: q.get(timeout="x"), lambda: q.put(), lambda: _queue.SimpleQueue(1)):
    try:
        f()
    except (queue.Empty, ValueError, TypeError) as e:
        print(type(e).__name__, e)
got = []


def work():
    while (item := q.get()) is not None:
        got.append(item)


threads = [threading.Thread(target=work) for _ in range(3)]
for t in threads:
    t.start()
for i in range(200):
    q.put(i)
for t in threads:
    q.put(None)
for t in threads:
    t.join()
print(sorted(got) == list(range(200)), q.empty())
print(queue.SimpleQueue[int], _queue.Empty is queue.Empty, issubclass(_queue.Empty, Exception))
w = weakref.ref(q)
del q
print(w() is None)
q = queue.SimpleQueue()
q.put(q)
import gc
w = weakref.ref(q)
del q
gc.collect()
print(w() is None)
Q = queue.Queue(2)
Q.put(1)
Q.put(2)
try:
    Q.put(3, timeout=0.01)
except queue.Full:
    print("full")
print(Q.get(), Q.get(), queue.PriorityQueue().empty())
