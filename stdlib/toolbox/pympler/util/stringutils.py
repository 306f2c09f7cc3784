"""Texts of limited length, and sizes and times for people."""


def safe_repr(obj, clip=None):
    """repr that never fails, of at most about `clip` characters."""
    try:
        text = repr(obj)
    except Exception:
        return "N/A"
    return text if not clip or len(text) <= clip else text[: clip - 4] + ".." + text[-2:]


def trunc(obj, max, left=False):
    """str of at most `max` characters on one line."""
    text = str(obj).replace("\n", "|")
    if len(text) <= max:
        return text
    return "..." + text[len(text) - max + 3 :] if left else text[: max - 3] + "..."


_UNITS = ("B", "KB", "MB", "GB", "TB", "EB")


def pp(i, base=1024):
    """A size for people."""
    degree = 0
    while i > base:
        i /= float(base)
        degree += 1
    return ("%7.2f %s" if degree else "%4d     %s") % (i, _UNITS[degree])


def pp_timestamp(t):
    """A time since the start for people."""
    if t is None:
        return ""
    h, m, s = int(t / 3600), int(t / 60 % 60), t % 60
    return "%02d:%02d:%05.2f" % (h, m, s)
