# Topic: the operating system
# `os.set_blocking` is missing: a descriptor blocks or not as it was opened.
# Cause: Node has no fcntl.
# Instead: open with `os.O_NONBLOCK`.
import os

print(hasattr(os, "set_blocking"))
