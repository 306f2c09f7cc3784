"""Memory by line: what the process has when each line of the profiled functions is over."""
import inspect
import linecache
import os
import sys
from asyncio import iscoroutinefunction
from contextlib import contextmanager
from functools import wraps

from ._measure import choose_backend, memory_of, start_tracing, warn_no_code


class CodeMap(dict):
    """Measures by code object: line -> (increment, greatest memory, occurrences)."""

    def __init__(self, include_children, backend):
        super().__init__()
        self.include_children = include_children
        self.backend = backend
        self._blocks = []

    def add(self, code, toplevel_code=None):
        """Measure this code and what is defined inside it."""
        if code in self:
            return
        if toplevel_code is None:
            filename = code.co_filename
            if not os.path.exists(filename):
                print("ERROR: Could not find file " + filename)
                return
            lines, first = inspect.getsourcelines(code)
            self._blocks.append((filename, code, range(first, first + len(lines))))
            self[code] = {}
            toplevel_code = code
        else:
            self[code] = self[toplevel_code]
        for const in code.co_consts:
            if inspect.iscode(const):
                self.add(const, toplevel_code)

    def trace(self, code, lineno, prev_lineno):
        """Line `lineno` is over; the one before it was `prev_lineno`."""
        now = memory_of(-1, self.backend, include_children=self.include_children, filename=code.co_filename)
        lines = self[code]
        before = lines[prev_lineno][1] if prev_lineno and prev_lineno in lines else 0
        increment, greatest, count = lines.get(lineno, (0, 0, 0))
        lines[lineno] = (increment + (now - before), max(now, greatest), count + 1)

    def items(self):
        """(file, iterator of (line, measure or None)) for each function that ran."""
        for filename, code, linenos in self._blocks:
            measured = self[code]
            if measured:
                yield filename, ((n, measured.get(n)) for n in linenos)


class LineProfiler:
    """Records the memory of each line of the functions it wraps."""

    def __init__(self, **kw):
        self.code_map = CodeMap(kw.get("include_children", False), kw.get("backend", "psutil"))
        self.backend = choose_backend(kw.get("backend"))
        self.max_mem = kw.get("max_mem")
        self.enable_count = 0
        self.prevlines = []
        self.prev_lineno = None
        self._original_trace_function = None

    def __call__(self, func=None, precision=1):
        if func is None:
            return lambda f: self(f, precision=precision)
        self.add_function(func)
        return self.wrap_function(func)

    def add_function(self, func):
        """Measure a function's code."""
        code = getattr(func, "__code__", None)
        if code is None:
            warn_no_code(func)
        else:
            self.code_map.add(code)

    @contextmanager
    def _counted(self):
        self.enable_by_count()
        try:
            yield
        finally:
            self.disable_by_count()

    def wrap_function(self, func):
        """The function, measured whenever it is called."""
        if iscoroutinefunction(func):

            @wraps(func)
            async def measured(*args, **kwargs):
                with self._counted():
                    return await func(*args, **kwargs)
        else:

            @wraps(func)
            def measured(*args, **kwargs):
                with self._counted():
                    return func(*args, **kwargs)

        return measured

    def run(self, cmd):
        """Measure a statement run in __main__."""
        import __main__

        return self.runctx(cmd, __main__.__dict__, __main__.__dict__)

    def runctx(self, cmd, globals, locals):
        """Measure a statement."""
        with self._counted():
            exec(cmd, globals, locals)
        return self

    def enable_by_count(self):
        if self.enable_count == 0:
            self.enable()
        self.enable_count += 1

    def disable_by_count(self):
        if self.enable_count > 0:
            self.enable_count -= 1
            if self.enable_count == 0:
                self.disable()

    def trace_memory_usage(self, frame, event, arg):
        """The trace function: a line is measured when the next one starts."""
        if frame.f_code in self.code_map:
            if event == "call":
                self.prevlines.append(frame.f_lineno)
            elif event == "line":
                done = self.prevlines[-1]
                self.code_map.trace(frame.f_code, done, self.prev_lineno)
                self.prev_lineno = done
                self.prevlines[-1] = frame.f_lineno
            elif event == "return":
                done = self.prevlines.pop()
                self.code_map.trace(frame.f_code, done, self.prev_lineno)
                self.prev_lineno = done
        if self._original_trace_function is not None:
            self._original_trace_function(frame, event, arg)
        return self.trace_memory_usage

    def trace_max_mem(self, frame, event, arg):
        """The trace function of --pdb-mmem: into the debugger as soon as the memory is more than allowed."""
        if event in ("line", "return") and frame.f_code in self.code_map:
            now = memory_of(-1, self.backend, filename=frame.f_code.co_filename)
            if now >= self.max_mem:
                import pdb

                sys.stdout.write("Current memory %.2f MiB exceeded the maximum of %.2f MiB\n" % (now, self.max_mem))
                sys.stdout.write("Stepping into the debugger \n")
                debugger = pdb.Pdb()
                debugger.reset()
                debugger.set_step()
                debugger.botframe = None
                debugger.quitting = False
                return debugger.trace_dispatch
        if self._original_trace_function is not None:
            self._original_trace_function(frame, event, arg)
        return self.trace_max_mem

    def __enter__(self):
        self.enable_by_count()

    def __exit__(self, *_):
        self.disable_by_count()

    def enable(self):
        self._original_trace_function = sys.gettrace()
        sys.settrace(self.trace_memory_usage if self.max_mem is None else self.trace_max_mem)

    def disable(self):
        sys.settrace(self._original_trace_function)


_ROW = "{:>6} {:>12} {:>12}  {:>10}   {:<}"


def show_results(prof, stream=None, precision=1):
    """Print what was measured, beside the source."""
    stream = sys.stdout if stream is None else stream
    header = _ROW.format("Line #", "Mem usage", "Increment", "Occurrences", "Line Contents")
    mebibytes = "{:%d.%df} MiB" % (precision + 4, precision)
    for filename, lines in prof.code_map.items():
        stream.write("Filename: " + filename + "\n\n")
        stream.write(header + "\n")
        stream.write("=" * len(header) + "\n")
        source = linecache.getlines(filename)
        for lineno, measure in lines:
            if measure:
                increment, memory, count = measure
                cells = mebibytes.format(memory), mebibytes.format(increment), count
            else:
                cells = "", "", ""
            stream.write(_ROW.format(lineno, *cells, source[lineno - 1]))
        stream.write("\n\n")


def profile(func=None, stream=None, precision=1, backend="psutil"):
    """Decorator: print memory by line after each call."""
    backend = choose_backend(backend)
    start_tracing(backend)
    if func is None:
        return lambda f: profile(f, stream=stream, precision=precision, backend=backend)
    if iscoroutinefunction(func):

        @wraps(func)
        async def measured(*args, **kwargs):
            prof = LineProfiler(backend=backend)
            value = await prof(func)(*args, **kwargs)
            show_results(prof, stream=stream, precision=precision)
            return value
    else:

        @wraps(func)
        def measured(*args, **kwargs):
            prof = LineProfiler(backend=backend)
            value = prof(func)(*args, **kwargs)
            show_results(prof, stream=stream, precision=precision)
            return value

    return measured
