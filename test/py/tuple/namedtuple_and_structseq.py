from collections import namedtuple
P = namedtuple("P", "x y", defaults=[5])
p = P(1); print(p, p.x, p._asdict(), p._replace(y=7), P._fields, P._field_defaults, P._make([8, 9]), p == (1, 5), P.__doc__, P.x.__doc__)
for f in (lambda: P(), lambda: P(1, 2, 3), lambda: P(1, x=2), lambda: p._replace(z=1), lambda: setattr(p, "x", 1), lambda: p.z, lambda: namedtuple("Q", "a a"), lambda: namedtuple("Q", "class"), lambda: namedtuple("Q", "_a"), lambda: namedtuple("1", "a"), lambda: P._make([1])):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(namedtuple("R", "a a class", rename=True)._fields)
import time, os, sys
st = time.gmtime(0); print(st, st.tm_year, st[0], len(st), st[:3], st.n_fields, st.n_sequence_fields)
for f in (lambda: time.struct_time(1), lambda: time.struct_time((1, 2)), lambda: setattr(st, "tm_year", 1), lambda: type(sys.flags)()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(sys.version_info[:3], sys.version_info >= (3, 11), os.terminal_size((80, 24)), sys.float_info.max, sys.float_info.mant_dig, sys.thread_info.name)
