"""The decorator, and the report beside the source."""
import argparse
import functools
import inspect
import linecache
import os
import pickle
import sys

from ._line_profiler import LineProfiler as _Measure

__version__ = "4.0.2"


def is_coroutine(f):
    return inspect.iscoroutinefunction(f)


def is_generator(f):
    return inspect.isgeneratorfunction(f)


def is_classmethod(f):
    return isinstance(f, classmethod)


class LineProfiler(_Measure):
    """Times the lines of the functions that it decorates."""

    def __call__(self, func):
        self.add_function(func)
        return self.wrap_callable(func)

    def wrap_callable(self, func):
        """The function, measured whenever it runs."""
        if is_classmethod(func):
            return classmethod(self.wrap_function(func.__func__))
        if is_coroutine(func):
            return self.wrap_coroutine(func)
        if is_generator(func):
            return self.wrap_generator(func)
        return self.wrap_function(func)

    def wrap_coroutine(self, func):
        @functools.wraps(func)
        async def wrapper(*args, **kwds):
            with self:
                return await func(*args, **kwds)

        return wrapper

    def wrap_generator(self, func):
        @functools.wraps(func)
        def wrapper(*args, **kwds):
            g = func(*args, **kwds)
            sent = None
            while True:
                with self:  # between two values others run
                    try:
                        item = g.send(sent)
                    except StopIteration as end:
                        return end.value
                sent = yield item

        return wrapper

    def wrap_function(self, func):
        @functools.wraps(func)
        def wrapper(*args, **kwds):
            with self:
                return func(*args, **kwds)

        return wrapper

    def dump_stats(self, filename):
        """Write what was measured to a file."""
        with open(filename, "wb") as f:
            pickle.dump(self.get_stats(), f, pickle.HIGHEST_PROTOCOL)

    def print_stats(self, stream=None, output_unit=None, stripzeros=False):
        """Print what was measured."""
        stats = self.get_stats()
        show_text(stats.timings, stats.unit, output_unit=output_unit, stream=stream, stripzeros=stripzeros)

    def run(self, cmd):
        """Measure a statement run in __main__."""
        import __main__

        return self.runctx(cmd, __main__.__dict__, __main__.__dict__)

    def runctx(self, cmd, globals, locals):
        """Measure a statement."""
        with self:
            exec(cmd, globals, locals)
        return self

    def runcall(self, func, *args, **kw):
        """Measure a call."""
        with self:
            return func(*args, **kw)

    def add_module(self, mod):
        """Register the functions of a module and of its classes. Returns how many."""
        functions = []
        for item in vars(mod).values():
            if inspect.isclass(item):
                functions += [v for v in vars(item).values() if inspect.isfunction(v)]
            elif inspect.isfunction(item):
                functions.append(item)
        for func in functions:
            self.add_function(func)
        return len(functions)


_ROW = "%6s %9s %12s %8s %8s  %-s"


def _source(filename, first, lines):
    """The lines of a function's source, empty ones where the file is gone."""
    if os.path.exists(filename):
        linecache.clearcache()  # it may have been edited since
        return inspect.getblock(linecache.getlines(filename)[first - 1 :])
    return [""] * (max(lines) - min(min(lines), first) + 1 if lines else 1)


def show_func(filename, start_lineno, func_name, timings, unit, output_unit=None, stream=None, stripzeros=False):
    """Print one function's lines."""
    stream = sys.stdout if stream is None else stream
    total = float(sum(time for _, _, time in timings))
    if stripzeros and total == 0:
        return
    scale = unit / (unit if output_unit is None else output_unit)
    stream.write("Total time: %g s\n" % (total * unit))
    if os.path.exists(filename):
        stream.write("File: %s\nFunction: %s at line %s\n" % (filename, func_name, start_lineno))
    else:
        stream.write("\nCould not find file %s\n" % filename)
        stream.write("Are you sure you are running this program from the same directory\n")
        stream.write("that you ran the profiler from?\n")
        stream.write("Continuing without the function's contents.\n")
    cells = {}
    for line, hits, time in timings:
        percent = "%5.1f" % (100 * time / total) if total else ""
        cells[line] = hits, "%5.1f" % (time * scale), "%5.1f" % (time * scale / hits), percent
    header = _ROW % ("Line #", "Hits", "Time", "Per Hit", "% Time", "Line Contents")
    stream.write("\n%s\n%s\n" % (header, "=" * len(header)))
    for line, text in enumerate(_source(filename, start_lineno, list(cells)), start_lineno):
        stream.write(_ROW % (line, *cells.get(line, ("", "", "", "")), text.rstrip("\r\n")) + "\n")
    stream.write("\n")


def show_text(stats, unit, output_unit=None, stream=None, stripzeros=False):
    """Print all functions of a LineStats' timings."""
    stream = sys.stdout if stream is None else stream
    stream.write("Timer unit: %g s\n\n" % (unit if output_unit is None else output_unit))
    for (filename, line, name), timings in sorted(stats.items()):
        show_func(filename, line, name, timings, unit, output_unit=output_unit, stream=stream, stripzeros=stripzeros)


def load_stats(filename):
    """The LineStats of a file that kernprof wrote."""
    with open(filename, "rb") as f:
        return pickle.load(f)


def positive_float(text):
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-V", "--version", action="version", version=__version__)
    parser.add_argument("-u", "--unit", default="1e-6", type=positive_float, help="unit of the times shown, in seconds (default: 1e-6)")
    parser.add_argument("-z", "--skip-zero", action="store_true", help="leave out functions that were not called")
    parser.add_argument("profile_output", help="*.lprof file created by kernprof")
    args = parser.parse_args()
    stats = load_stats(args.profile_output)
    show_text(stats.timings, stats.unit, output_unit=args.unit, stripzeros=args.skip_zero)
