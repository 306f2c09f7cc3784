# Topic: built-in types
# Some built-in types that CPython 3.11 makes on its heap are static types here.
# Cause: one copy at one address serves every worker (a Python thread is a worker).
# Instead: do not ask a built-in type for the heap flag.
import _thread
import re

HEAPTYPE = 1 << 9
for t in (re.Pattern, _thread.LockType):
    print(t.__name__, bool(t.__flags__ & HEAPTYPE))
