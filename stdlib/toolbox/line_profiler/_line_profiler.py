"""The measuring half: which lines of which functions ran how often and how long."""
import inspect
import sys
import time


class LineStats:
    """timings: (file, first line, function) -> [(line, hits, time)], in units of `unit` seconds."""

    def __init__(self, timings, unit):
        self.timings = timings
        self.unit = unit


def label(code):
    """The key of a code object in LineStats."""
    return code.co_filename, code.co_firstlineno, code.co_name


class LineProfiler:
    """Counts and times the lines of registered functions while enabled."""

    timer_unit = 1e-9

    def __init__(self, *functions):
        self.functions = []
        self.enable_count = 0
        self._lines = {}  # code -> line -> [hits, nanoseconds]
        self._last = {}  # code -> (line that runs now, when it started)
        for func in functions:
            self.add_function(func)

    def add_function(self, func):
        """Register a function; one that was wrapped counts as what is inside."""
        func = inspect.unwrap(func) if hasattr(func, "__wrapped__") else func
        func = getattr(func, "__func__", func)
        try:
            code = func.__code__
        except AttributeError:
            import warnings

            warnings.warn("Could not extract a code object for the object %r" % (func,))
            return
        self._lines.setdefault(code, {})
        self.functions.append(func)

    @property
    def code_map(self):
        """Measures by code object and line."""
        return {
            code: {n: {"code": code, "lineno": n, "total_time": t, "nhits": hits} for n, (hits, t) in lines.items()}
            for code, lines in self._lines.items()
        }

    def enable_by_count(self):
        """Enable, unless it is enabled already."""
        if self.enable_count == 0:
            self.enable()
        self.enable_count += 1

    def disable_by_count(self):
        """Disable when as many have asked for it as had asked to enable."""
        if self.enable_count > 0:
            self.enable_count -= 1
            if self.enable_count == 0:
                self.disable()

    def __enter__(self):
        self.enable_by_count()

    def __exit__(self, *_):
        self.disable_by_count()

    def enable(self):
        sys.settrace(self._on_call)

    def disable(self):
        self._last.clear()
        sys.settrace(None)

    def _on_call(self, frame, event, arg):
        return self._on_line if frame.f_code in self._lines else None

    def _on_line(self, frame, event, arg, clock=time.perf_counter_ns):
        now = clock()
        if event == "exception":
            return self._on_line
        code = frame.f_code
        last = self._last.get(code)
        if last is not None:
            line, started = last
            measure = self._lines[code].setdefault(line, [0, 0])
            measure[0] += 1
            measure[1] += now - started
        if event == "line":
            self._last[code] = frame.f_lineno, clock()
        else:
            self._last.pop(code, None)
        return self._on_line

    def get_stats(self):
        """What was measured so far."""
        timings = {}
        for code, lines in self._lines.items():
            rows = timings.setdefault(label(code), [])
            rows.extend((n, hits, t) for n, (hits, t) in sorted(lines.items()))
            rows.sort()
        return LineStats(timings, self.timer_unit)
