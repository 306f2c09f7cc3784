"""kernprof: run a script under a profiler. `moult -m kernprof -lv script.py` times the lines of its @profile functions."""
import argparse
import builtins
import contextlib
import functools
import inspect
import os
import profile
import pstats
import shutil
import sys
import threading
import types

from line_profiler.line_profiler import __version__, positive_float


try:
    from cProfile import Profile
except ImportError:  # without its extension module
    Profile = profile.Profile


class ContextualProfile(Profile):
    """cProfile as a decorator and a context manager that may be nested."""

    def __init__(self, *args, **kwds):
        super().__init__(*args, **kwds)
        self.enable_count = 0

    def enable_by_count(self):
        if self.enable_count == 0:
            self.enable()
        self.enable_count += 1

    def disable_by_count(self):
        if self.enable_count > 0:
            self.enable_count -= 1
            if self.enable_count == 0:
                self.disable()

    def __enter__(self):
        self.enable_by_count()

    def __exit__(self, *_):
        self.disable_by_count()

    def __call__(self, func):
        if inspect.isgeneratorfunction(func):

            @functools.wraps(func)
            def wrapper(*args, **kwds):
                g = func(*args, **kwds)
                sent = None
                while True:
                    with self:
                        try:
                            item = g.send(sent)
                        except StopIteration as end:
                            return end.value
                    sent = yield item
        else:

            @functools.wraps(func)
            def wrapper(*args, **kwds):
                with self:
                    return func(*args, **kwds)

        return wrapper

    def print_stats(self, sort=-1, stream=None):
        pstats.Stats(self, stream=stream).strip_dirs().sort_stats(sort).print_stats()


class _Saver(threading.Thread):
    """Writes the results so far every `interval` seconds."""

    def __init__(self, interval, save):
        super().__init__(daemon=True)
        self.interval = interval
        self.save = save
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(self.interval):
            self.save()

    def __enter__(self):
        self.start()

    def __exit__(self, *_):
        self.over.set()
        self.join()


def find_script(name):
    """A script here, or on the PATH."""
    if os.path.isfile(name):
        return name
    found = shutil.which(name, mode=os.F_OK)
    if found is None:
        sys.stderr.write("Could not find script %s\n" % name)
        raise SystemExit(1)
    return found


def _arguments(args):
    parser = argparse.ArgumentParser(prog="kernprof.py", description="Run and profile a python script.")
    add = parser.add_argument
    add("-V", "--version", action="version", version=__version__)
    add("-l", "--line-by-line", action="store_true", help="time lines, with line_profiler instead of cProfile; implies --builtin")
    add("-b", "--builtin", action="store_true", help="make the profiler a built-in name: @profile, with profile:, profile.enable()")
    add("-o", "--outfile", help="file for the results (default: the script's name with .lprof after --line-by-line, else .prof)")
    add("-s", "--setup", help="script to run before, not profiled")
    add("-v", "--view", action="store_true", help="print the results too")
    add("-u", "--unit", default="1e-6", type=positive_float, help="unit of the times shown, in seconds (default: 1e-6)")
    add("-z", "--skip-zero", action="store_true", help="leave out functions that were not called")
    add("-i", "--output-interval", type=int, default=0, const=1, nargs="?", help="write the results every so many seconds")
    add("script", help="The python script file to run")
    add("args", nargs="...", help="Optional script arguments")
    return parser.parse_args(args)


def _run(path, main, execute=exec):
    sys.path.insert(0, os.path.dirname(path))
    main.__file__ = path
    with open(path, "rb") as f:
        code = compile(f.read(), path, "exec")
    execute(code, main.__dict__)


def main(args=None):
    options = _arguments(args)
    outfile = options.outfile or "%s.%s" % (os.path.basename(options.script), "lprof" if options.line_by_line else "prof")
    sys.argv = [options.script] + options.args
    script_main = types.ModuleType("__main__")
    script_main.__builtins__ = builtins
    sys.modules["__main__"] = script_main
    if options.setup is not None:
        _run(find_script(options.setup), script_main)
    if options.line_by_line:
        from line_profiler import LineProfiler

        prof = LineProfiler()
    else:
        prof = ContextualProfile()
        if options.builtin and not hasattr(prof, "enable"):
            sys.exit("kernprof: --builtin without --line-by-line needs cProfile, which this Python lacks")
    by_name = options.builtin or options.line_by_line
    if by_name:
        builtins.profile = prof
    path = find_script(options.script)
    stdout = sys.stdout
    saving = contextlib.nullcontext()
    if options.output_interval:
        saving = _Saver(max(options.output_interval, 1), lambda: prof.dump_stats(outfile))
    try:
        with saving, contextlib.suppress(KeyboardInterrupt, SystemExit):
            _run(path, script_main, exec if by_name else lambda code, ns: prof.runctx(code, ns, ns))
    finally:
        prof.dump_stats(outfile)
        print("Wrote profile results to %s" % outfile)
        if options.view:
            if options.line_by_line:
                prof.print_stats(output_unit=options.unit, stripzeros=options.skip_zero, stream=stdout)
            else:
                prof.print_stats(stream=stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
