import errno
for n in ("ENOENT", "EEXIST", "EACCES", "EPERM", "EISDIR", "ENOTDIR", "EAGAIN", "EPIPE", "ECHILD", "ESRCH", "EINTR", "ECONNREFUSED", "ETIMEDOUT", "EINVAL"):
    print(n, type(OSError(getattr(errno, n), "x")).__name__)
class My(OSError):
    pass
print(type(My(2, "x")), OSError("only").errno, OSError(1, 2, 3, 4, 5).args, str(OSError(None, "x")), OSError().args)
