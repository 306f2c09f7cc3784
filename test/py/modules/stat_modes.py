import stat
import _stat

for mode in (0o100644, 0o40755, 0o120777, 0o60660, 0o20666, 0o10600, 0o140755, 0o104755, 0o102711, 0o101777, 0o107000, 0):
    print(oct(mode), stat.filemode(mode), oct(stat.S_IMODE(mode)), oct(stat.S_IFMT(mode)),
          [n for n in ("S_ISDIR", "S_ISCHR", "S_ISBLK", "S_ISREG", "S_ISFIFO", "S_ISLNK", "S_ISSOCK", "S_ISDOOR") if getattr(stat, n)(mode)])
for bad in (-1, 2**70, "x", 1.5):
    try:
        print(_stat.S_ISDIR(bad))
    except (OverflowError, TypeError) as e:
        print(type(e).__name__)
print({n: getattr(_stat, n) for n in sorted(dir(_stat)) if n.isupper() and n.startswith(("S_I", "ST_", "UF_", "SF_")) and isinstance(getattr(_stat, n), int)})
