"""python -m memory_profiler script.py: run a program with @profile defined, then print memory by line."""
import argparse
import builtins
import contextlib
import os
import shutil
import sys
import tracemalloc
import types

from . import LineProfiler, TimeStamper, __version__, choose_backend, show_results
from ._measure import BACKENDS, Sampler, memory_of, start_tracing


def _arguments():
    parser = argparse.ArgumentParser(prog="memory_profiler.py", usage="python -m memory_profiler script_file.py")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument(
        "--pdb-mmem", dest="max_mem", metavar="MAXMEM", type=float,
        help="step into the debugger when memory exceeds MAXMEM",
    )
    parser.add_argument("--precision", type=int, default=3, help="digits after the point of memory in the output")
    parser.add_argument("-o", dest="out_filename", help="file to append the results to")
    parser.add_argument("--timestamp", action="store_true", help="print when decorated functions start and end, and the memory then")
    parser.add_argument("--include-children", action="store_true", help="count the memory of child processes too")
    parser.add_argument("--backend", choices=BACKENDS, default="psutil", help="how to ask for memory")
    parser.add_argument("--sample", type=float, help=argparse.SUPPRESS)  # mprof's: MEM lines every so many seconds
    parser.add_argument("program", nargs=argparse.REMAINDER, help="script or module to run, and its arguments")
    return parser.parse_args()


def _find_script(name):
    if os.path.isfile(name):
        return name
    found = shutil.which(name, mode=os.F_OK)
    if found is None:
        sys.stderr.write("Could not find script %s\n" % name)
        raise SystemExit(1)
    return found


def _run_script(path, profiler):
    main = types.ModuleType("__main__")
    main.__dict__.update(profile=profiler, __file__=path, __builtins__=builtins)
    sys.modules["__main__"] = main
    sys.path.insert(0, os.path.dirname(path))
    with open(path, encoding="utf-8") as f:
        code = compile(f.read(), path, "exec")
    exec(code, main.__dict__)


def _sampler(args):
    """What writes the memory over time beside the program, where mprof asks for it."""
    if args.sample is None:
        return contextlib.nullcontext()
    out = open(args.out_filename, "a", buffering=1)
    ask = lambda: memory_of(-1, args.backend, True, args.include_children)
    return Sampler(args.sample, ask, lambda sample: out.write("MEM %.6f %.4f\n" % sample))


def main():
    args = _arguments()
    if not args.program:
        print("A program to run must be provided. Use -h for help")
        sys.exit(1)
    backend = choose_backend(args.backend)
    if args.timestamp:
        prof = TimeStamper(backend, include_children=args.include_children)
    else:
        prof = LineProfiler(max_mem=args.max_mem, backend=backend)
    target = args.program[0]
    builtins.profile = prof  # for modules that the program imports
    try:
        start_tracing(backend)
        with _sampler(args):
            if target.endswith(".py"):
                path = _find_script(target)
                sys.argv = [path, *args.program[1:]]
                _run_script(path, prof)
            else:
                import runpy

                sys.argv = list(args.program)
                runpy.run_module(target, init_globals={"profile": prof}, run_name="__main__", alter_sys=True)
    finally:
        if tracemalloc.is_tracing():
            tracemalloc.stop()
        out = sys.stdout if args.out_filename is None else open(args.out_filename, "a")
        if args.timestamp:
            prof.show_results(stream=out)
        else:
            show_results(prof, precision=args.precision, stream=out)
        out.flush()


main()
