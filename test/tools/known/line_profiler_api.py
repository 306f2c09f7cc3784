import io
import pickle

from line_profiler import LineProfiler


def f(n):
    total = 0
    total += sum(range(n))
    return total


def g(x):
    return x * 2


prof = LineProfiler(f)
wrapped = prof(g)
print(prof.runcall(f, 10), wrapped(4), wrapped.__name__)
prof.run('f(5)')
stats = prof.get_stats()
for (file, line, name), rows in sorted(stats.timings.items()):
    print(line, name, [(n, hits) for n, hits, time in rows])
prof.dump_stats('x.lprof')
print(type(pickle.load(open('x.lprof', 'rb'))).__name__, stats.unit > 0)
out = io.StringIO()
prof.print_stats(out, output_unit=1e-3)
print(out.getvalue())
