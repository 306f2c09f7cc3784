import os
import resource
import signal
import subprocess
import sys
import time

import psutil

p = psutil.Process()
print(p.pid == os.getpid(), p.ppid() == os.getppid(), p.status(), p.is_running(), p == psutil.Process(os.getpid()), p.cwd() == os.getcwd())
print(p.memory_info()._fields, p.memory_full_info()._fields, 0 < p.memory_percent() < 100)
before = p.memory_info().rss
data = [0] * 4_000_000
grown = p.memory_info().rss - before
print(31e6 < grown < 34e6)
del data
print(abs(p.memory_info().rss - before) < 2e6, before <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
print(p.cpu_times()._fields, p.io_counters()._fields, p.cpu_percent(), p.num_threads(), p.nice(), p.uids(), p.username())
print(p.num_ctx_switches()._fields, p.cmdline()[1:], p.environ()['PATH'] == os.environ['PATH'], p.terminal(), p.create_time() > 1e9)
with open('opened.txt', 'w') as f:
    found = [o for o in p.open_files() if o.path.endswith('opened.txt')]
    print(len(found), found[0].mode, found[0].position, found[0].fd == f.fileno())
print(sorted(p.as_dict(['pid', 'name', 'status', 'memory_info'])))
for test in (
    lambda: psutil.Process(-1), lambda: psutil.Process('x'), lambda: psutil.Process(2**22 + 5), lambda: p.as_dict(['nothing']),
    lambda: p.memory_percent('x'), lambda: p.cpu_percent(-1), lambda: p.wait(-1), lambda: p.ionice(value=3), lambda: p.as_dict('pid'),
    lambda: psutil.net_connections('x'), lambda: p.rlimit(7, (1,)), lambda: psutil.disk_usage('/nothing'),
):
    try:
        print(test())
    except Exception as e:
        print(type(e).__name__, '|', e, '|', repr(e))
child = psutil.Popen(['sleep', '30'], stdin=subprocess.DEVNULL)
while not child.cmdline():
    time.sleep(.01)  # not started yet
print(child.name(), child.cmdline(), [c.pid == child.pid for c in p.children()], child.parent() == p, child.memory_info().rss > 0)
try:
    child.wait(timeout=.05)
except psutil.TimeoutExpired as e:
    print(type(e).__name__, e.seconds)
child.suspend()
while child.status() != psutil.STATUS_STOPPED:
    time.sleep(.01)
print(child.status())
child.resume()
child.send_signal(signal.SIGTERM)
print(repr(child.wait()), child.is_running())
quick = psutil.Popen([sys.executable, '-c', 'import sys; sys.exit(3)'])
gone, alive = psutil.wait_procs([quick], timeout=20)
print(gone == [quick], alive, gone[0].returncode)
try:
    psutil.Process(child.pid).name()
except psutil.NoSuchProcess as e:
    print(e.msg)
print(psutil.virtual_memory()._fields, psutil.swap_memory()._fields, psutil.cpu_times()._fields, psutil.cpu_stats()._fields)
print(psutil.cpu_count() >= 1, len(psutil.cpu_percent(.05, percpu=True)) == psutil.cpu_count(), psutil.disk_usage('/')._fields)
print(psutil.pid_exists(os.getpid()), psutil.pid_exists(2**22 + 5), os.getpid() in psutil.pids(), psutil.boot_time() > 1e9)
info = [q.info for q in psutil.process_iter(['pid', 'name']) if q.pid == p.pid]
print([sorted(i) for i in info], psutil.net_io_counters()._fields, sorted(psutil.net_io_counters(pernic=True))[-1:])
print(psutil.version_info[:2], issubclass(psutil.ZombieProcess, psutil.NoSuchProcess), psutil.AccessDenied(1, 'x'), psutil.TimeoutExpired(3, 1, 'n'))
