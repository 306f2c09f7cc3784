# Topic: the interpreter
# Hashes of strings are the same in every process unless PYTHONHASHSEED says otherwise.
# Cause: a process starts from an image whose tables are built with its seed.
# Instead: `PYTHONHASHSEED=random` gives every process a seed of its own.
import os
import subprocess
import sys

env = {k: v for k, v in os.environ.items() if k != "PYTHONHASHSEED"}
command = [sys.executable, "-c", "print(hash('moult'))"]
print(len({subprocess.run(command, env=env, capture_output=True).stdout for _ in range(3)}) > 1)
