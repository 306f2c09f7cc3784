# Topic: the library
# `sqlite3`, `ssl`, `audioop` and `_lsprof` (so `cProfile`) cannot be imported.
# Cause: they are not written; Node 20 has no SQLite of its own.
# Instead: `dbm.dumb` or `shelve` for small data, `profile` for `cProfile`.
for name in ("sqlite3", "_lsprof"):
    try:
        __import__(name)
        print(name, "imported")
    except ImportError:
        print(name, "ImportError")
