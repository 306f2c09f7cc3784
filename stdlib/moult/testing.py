"""Memory assertions for tests, with unittest or pytest.

    from moult.testing import limit_leaks, limit_memory, retained_size

    @limit_memory("24 MB")
    def test_parse(): ...

    class TestCache(unittest.TestCase):
        @limit_leaks("10 KB")
        def test_eviction(self): ...

        def test_size(self):
            self.assertLess(retained_size(cache), 1000)

Both decorators also work as context managers. They count the bytes asked of the allocator, as tracemalloc does.
"""

import contextlib
import gc
import re
import sys
import tracemalloc

__all__ = ["MemoryLimitExceeded", "limit_leaks", "limit_memory", "retained_objects", "retained_size"]

_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}


class MemoryLimitExceeded(AssertionError):
    """A test took or kept more memory than allowed."""


def _parse(size):
    if isinstance(size, (int, float)):
        return int(size)
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMG]?)i?B?\s*", size, re.IGNORECASE)
    if match is None:
        raise ValueError(f"not a size such as '24 MB': {size!r}")
    return int(float(match[1]) * _UNITS[match[2].upper()])


def _show(n):
    for unit in ("B", "KiB", "MiB"):
        if abs(n) < 1024:
            return f"{n} B" if unit == "B" else f"{n:.1f} {unit}"
        n /= 1024
    return f"{n:.1f} GiB"


class _Tracing(contextlib.ContextDecorator):
    """Traces allocations for as long as it is entered; frames=1 is enough to name lines."""

    def __init__(self, limit):
        self.limit = _parse(limit)

    def _recreate_cm(self):
        return type(self)(self.limit)

    def __enter__(self):
        self.was_tracing = tracemalloc.is_tracing()
        if not self.was_tracing:
            tracemalloc.start()
        gc.collect()
        self.begin()
        return self

    def __exit__(self, exc_type, exc, traceback):
        try:
            if exc_type is None:
                self.end()
        finally:
            if not self.was_tracing:
                tracemalloc.stop()


def _lines(statistics):
    return "".join(f"\n  {_show(s)} at {frame.filename}:{frame.lineno}" for s, frame in statistics[:5])


class limit_memory(_Tracing):
    """Fail when the peak of memory in use grows by more than `limit` bytes ("24 MB")."""

    def begin(self):
        tracemalloc.reset_peak()
        self.before = tracemalloc.get_traced_memory()[0]

    def end(self):
        peak = tracemalloc.get_traced_memory()[1] - self.before
        if peak > self.limit:
            raise MemoryLimitExceeded(f"{_show(peak)} used at the peak, {_show(self.limit)} allowed")


class limit_leaks(_Tracing):
    """Fail when more than `limit` bytes stay allocated after a collection."""

    def begin(self):
        self.snapshot = tracemalloc.take_snapshot()
        self.before = tracemalloc.get_traced_memory()[0]

    def end(self):
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0] - self.before
        if kept > self.limit:
            ours = tracemalloc.Filter(False, tracemalloc.__file__), tracemalloc.Filter(False, __file__)
            after = tracemalloc.take_snapshot().filter_traces(ours)
            differences = after.compare_to(self.snapshot.filter_traces(ours), "lineno")
            lines = [(d.size_diff, d.traceback[0]) for d in differences if d.size_diff > 0]
            raise MemoryLimitExceeded(f"{_show(kept)} still allocated, {_show(self.limit)} allowed:{_lines(lines)}")


def retained_objects(obj):
    """The objects that would be freed with `obj`, itself first: all that nothing else holds."""
    import _moult

    return _moult.retained(obj)


def retained_size(obj):
    """Bytes that would be freed with `obj`."""
    return sum(map(sys.getsizeof, retained_objects(obj)))
