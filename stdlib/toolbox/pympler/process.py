"""Memory of the process as classtracker's snapshots keep it."""
import psutil


class ProcessMemoryInfo:
    """Bytes of memory; under moult `rss` is the Python heap's."""

    def __init__(self):
        info = psutil.Process().memory_info()
        self.available = True
        self.pid = psutil.Process().pid
        self.rss = info.rss
        self.vsz = info.rss
        self.data_segment = info.data
        self.pagefaults = 0


def is_available():
    return True
