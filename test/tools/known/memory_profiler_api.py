import io
import logging
import sys

import memory_profiler
from memory_profiler import LineProfiler, LogFile, TimeStamper, memory_usage, profile, show_results


@profile(precision=4)
def decorated():
    x = [0] * 100000
    return len(x)


print(decorated())
print(decorated.__name__, len(memory_usage(-1, interval=.05, timeout=.2)), type(memory_usage(max_usage=True)))


def work(n, extra=1):
    import time
    data = [n] * 500000
    time.sleep(.3)
    return len(data) * extra


samples, result = memory_usage((work, (3,), {'extra': 2}), interval=.02, retval=True)
print(result, len(samples) > 4, max(samples) - min(samples) > 3)
peak = memory_usage((work, (3,)), interval=.02, max_usage=True)
print(type(peak))
stamps = memory_usage(-1, interval=.05, timeout=.1, timestamps=True)
print([len(s) for s in stamps])

out = io.StringIO()
prof = LineProfiler()
measured = prof(work)
measured(1)
show_results(prof, stream=out, precision=2)
print(out.getvalue())

stamper = TimeStamper('psutil')
stamped = stamper(work)
stamped(1)
with stamper.timestamp('block'):
    pass
out = io.StringIO()
stamper.show_results(out)
print([(line.split()[:2], len(line.split())) for line in out.getvalue().splitlines()])

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format='%(name)s %(levelname)s %(message)s')
log = LogFile('memory_profile_log', reportIncrementFlag=True)
log.write('Filename: x')
log.write('     5   58.262 MiB    7.633 MiB           1       a = 1')
log.write('     5   58.262 MiB    0.000 MiB           1       a = 1')
print(memory_profiler.choose_backend('psutil'), memory_profiler.choose_backend())
