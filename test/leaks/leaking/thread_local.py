# holder: "state"
# A worker thread of a pool that never ends remembers every job.
import queue
import threading

state = threading.local()
jobs = queue.Queue()
done = queue.Queue()


def work(number):
    if not hasattr(state, "seen"):
        state.seen = []
    state.seen.append("job " * 20 + str(number))  # LEAK
    return number


def worker():
    while True:
        number = jobs.get()
        done.put(work(number))


threading.Thread(target=worker, daemon=True).start()
total = 0
for i in range(200):
    jobs.put(i)
    total += done.get()
print(total)
