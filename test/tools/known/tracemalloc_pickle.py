import tracemalloc
from tracemalloc import DomainFilter, Filter, Snapshot

tracemalloc.start(3)


def inner(n):
    return [bytes(1000) for _ in range(n)]


def outer():
    return inner(5), inner(7)


kept = outer()
big = bytearray(100_000)
snapshot = tracemalloc.take_snapshot().filter_traces([Filter(True, __file__)])
snapshot.dump('snapshot.pickle')
back = Snapshot.load('snapshot.pickle')
print(back.traceback_limit, len(back.traces) == len(snapshot.traces))
for s in back.statistics('lineno')[:2]:
    print(s.traceback[0].lineno, s.count, s.size)
print(back.statistics('traceback')[0].traceback.format()[1:])
print(len(back.filter_traces([DomainFilter(True, 0)]).traces) == len(back.traces), back.filter_traces([DomainFilter(False, 0)]).traces._traces)
tracemalloc.reset_peak()
size, peak = tracemalloc.get_traced_memory()
more = bytes(50_000)
print(tracemalloc.get_traced_memory()[1] - peak >= 50_000, tracemalloc.get_tracemalloc_memory() > 0, tracemalloc.get_traceback_limit())
diff = tracemalloc.take_snapshot().filter_traces([Filter(True, __file__)]).compare_to(back, 'lineno')
print([(d.traceback[0].lineno, d.size_diff, d.count_diff) for d in diff[:1]])
tracemalloc.stop()
