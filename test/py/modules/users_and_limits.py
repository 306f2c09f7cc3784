import grp
import os
import pwd
import resource

root = pwd.getpwuid(0)
print(root.pw_name, root.pw_uid, root[0], len(root), type(root), pwd.getpwnam("root") == root, root in pwd.getpwall())
print(grp.getgrgid(0).gr_name, grp.getgrnam("root").gr_gid, grp.getgrgid(id=0).gr_mem, len(grp.getgrall()) > 0)
for f, a in [(pwd.getpwnam, "no such user"), (pwd.getpwuid, 4000000000), (grp.getgrnam, "no such group"), (grp.getgrgid, 4000000000)]:
    try:
        f(a)
    except KeyError as e:
        print(e)
for f, a in [(pwd.getpwnam, 3), (grp.getgrnam, None), (pwd.getpwnam, "a\0b")]:
    try:
        f(a)
    except (TypeError, ValueError) as e:
        print(e)
print(os.path.expanduser("~root") == root.pw_dir)
u = resource.getrusage(resource.RUSAGE_SELF)
print(type(u), len(u), u.ru_utime >= 0, u.ru_maxrss > 0, isinstance(u.ru_minflt, int))
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
print(soft > 0, resource.RLIM_INFINITY, resource.getpagesize(), resource.error is OSError)
for bad in (99, -1):
    try:
        resource.getrlimit(bad)
    except ValueError as e:
        print(e)
try:
    resource.getrusage(7)
except ValueError as e:
    print(e)
for bad in [(1, 2, 3), (5, 4)]:
    try:
        resource.setrlimit(resource.RLIMIT_CORE, bad)
    except ValueError as e:
        print(e)
