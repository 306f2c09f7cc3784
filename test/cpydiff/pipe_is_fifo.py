# Topic: the operating system
# `os.pipe` makes a FIFO in the temporary directory and removes its name at once.
# Cause: Node has no pipe call.
# Instead: nothing: it reads and writes as a pipe does.
import os

r, w = os.pipe()
print(os.readlink(f"/proc/self/fd/{r}").startswith("pipe:"))
