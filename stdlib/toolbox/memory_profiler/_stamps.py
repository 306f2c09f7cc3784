"""Time and memory at the start and the end of functions, for mprof."""
import inspect
import os
import sys
from functools import wraps

from ._measure import memory_of


class _Block:
    """One timed call or block: a context manager that notes memory and time on entry and exit."""

    def __init__(self, stamper, func, filename):
        self.stamper = stamper
        self.func = func
        self.filename = filename
        self.stamps = []

    def _stamp(self):
        s = self.stamper
        self.stamps.append(memory_of(os.getpid(), s.backend, True, s.include_children, self.filename))

    def __enter__(self):
        s = self.stamper
        s.functions[self.func].append(self.stamps)
        s.current_stack_level += 1
        s.stack[self.func].append(s.current_stack_level)
        self._stamp()

    def __exit__(self, *_):
        self.stamper.current_stack_level -= 1
        self._stamp()


class TimeStamper:
    """Notes when the functions it wraps start and end, and the memory then."""

    def __init__(self, backend, include_children=False):
        self.functions = {}
        self.stack = {}
        self.backend = backend
        self.include_children = include_children
        self.current_stack_level = -1

    def __call__(self, func=None, precision=None):
        if func is None:
            return self
        if not callable(func):
            raise ValueError("Value must be callable")
        self.add_function(func)
        return self.wrap_function(func)

    def timestamp(self, name="<block>"):
        """A context manager that notes a block of code under a name."""

        def func():
            pass

        func.__module__ = ""
        func.__name__ = name
        self.add_function(func)
        return self._block(func)

    def _block(self, func):
        try:
            filename = inspect.getsourcefile(func)
        except TypeError:
            filename = "<unknown>"
        return _Block(self, func, filename)

    def add_function(self, func):
        self.functions.setdefault(func, [])
        self.stack.setdefault(func, [])

    def wrap_function(self, func):
        """The function, noted whenever it is called."""

        @wraps(func)
        def stamped(*args, **kwargs):
            with self._block(func):
                return func(*args, **kwargs)

        return stamped

    def show_results(self, stream=None):
        """Write a FUNC line for each call."""
        stream = sys.stdout if stream is None else stream
        for func, calls in self.functions.items():
            name = "%s.%s" % (func.__module__, func.__name__)
            for (start, end), level in zip(calls, self.stack[func]):
                stream.write("FUNC %s %.4f %.4f %.4f %.4f %d\n" % (name, *start, *end, level))
