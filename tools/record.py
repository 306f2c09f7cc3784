#!/usr/bin/env python3
"""Record what CPython 3.11 prints for the programs under test/py (and test/cpydiff): stdout, the last line of stderr and the exit status.

    python3 tools/record.py [FILE.py ...]      (all of them when none is named)

The recordings stand beside the programs as FILE.out; the test suite needs no CPython.
"""
import json
import os
import pathlib
import subprocess
import sys

if sys.version_info[:2] != (3, 11):
    sys.exit("record.py needs CPython 3.11")
TEST = pathlib.Path(__file__).resolve().parent.parent / "test"
ROOT = TEST / "py"
files = [pathlib.Path(f).resolve() for f in sys.argv[1:]] or sorted([*ROOT.rglob("*.py"), *(TEST / "cpydiff").glob("*.py")])
for file in files:
    # programs of other people's packages: Debian's, which are for the same Python
    env = {**os.environ, "PYTHONPATH": "/usr/lib/python3/dist-packages"} if file.parent.name == "thirdparty" else None
    run = subprocess.run([sys.executable, file.name], cwd=file.parent, capture_output=True, stdin=subprocess.DEVNULL, timeout=120, env=env)
    err = run.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
    head = json.dumps({"status": run.returncode, "stderr": err[-1] if err else ""})
    file.with_suffix(".out").write_bytes(head.encode() + b"\n" + run.stdout.replace(str(ROOT).encode(), b"<py>"))
print(len(files), "recorded")
