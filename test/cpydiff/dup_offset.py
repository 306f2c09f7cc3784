# Topic: the operating system
# A duplicate of a file descriptor has an offset of its own, and a socket cannot be duplicated.
# Cause: Node has no dup; the file is opened again through /proc.
# Instead: seek the duplicate, or share one descriptor.
import os
import tempfile

with tempfile.TemporaryFile() as f:
    f.write(b"abcdef")
    f.seek(0)
    copy = os.dup(f.fileno())
    print(os.read(f.fileno(), 3), os.read(copy, 3))
    os.close(copy)
