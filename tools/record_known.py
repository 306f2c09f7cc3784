#!/usr/bin/env python3
"""Record what CPython 3.11 prints with the real packages for the programs under test/tools/known.

    PYTHONPATH=DIR:... python3 tools/record_known.py [FILE.py ...]

The packages must be importable: Debian's python3-objgraph, python3-memory-profiler, python3-line-profiler and python3-psutil, and Pympler
and guppy3. A first line "# run: ARGUMENTS" says how a program is started, {} being the program; each runs in an empty folder.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

if sys.version_info[:2] != (3, 11):
    sys.exit("record_known.py needs CPython 3.11")
ROOT = pathlib.Path(__file__).resolve().parent.parent / "test" / "tools" / "known"
files = [pathlib.Path(f).resolve() for f in sys.argv[1:]] or sorted(ROOT.glob("*.py"))
for file in files:
    first = file.read_text().splitlines()[0]
    arguments = first[len("# run: "):] if first.startswith("# run: ") else "{}"
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(file, folder)
        command = [sys.executable, *arguments.replace("{}", file.name).split()]
        env = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONUNBUFFERED": "1"}
        run = subprocess.run(command, cwd=folder, env=env, capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
    err = run.stderr.decode().strip().splitlines()
    head = json.dumps({"status": run.returncode, "stderr": err[-1] if err else ""})
    file.with_suffix(".out").write_bytes(head.encode() + b"\n" + run.stdout)
    print(file.name, head)
