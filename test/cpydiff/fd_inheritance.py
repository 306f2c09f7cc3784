# Topic: the operating system
# Whether a descriptor is inheritable cannot be changed: `os.set_inheritable`, `os.set_blocking` and `os.dup2` are missing or do nothing.
# Cause: Node opens everything close-on-exec and has no fcntl.
# Instead: `subprocess.Popen(pass_fds=…)`.
import os

fd = os.open("/dev/null", os.O_RDONLY)
os.set_inheritable(fd, True)
print(os.get_inheritable(fd), hasattr(os, "dup2"))
