# Topic: the operating system
# There is no `os.fork`, and so no `multiprocessing` start method "fork", no `pty.fork` and no `preexec_fn`.
# Cause: Node cannot copy a process.
# Instead: `subprocess`, or `multiprocessing.set_start_method("spawn")`.
import os

print(hasattr(os, "fork"))
