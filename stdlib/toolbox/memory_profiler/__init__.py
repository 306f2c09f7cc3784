"""Memory by line and over time: memory_profiler's interface, on the resident size of the Python heap.

An installed memory_profiler is used instead of this one.
"""
import logging as _logging

from ._lines import CodeMap, LineProfiler, profile, show_results
from ._measure import child_memory as _get_child_memory, choose_backend, memory_of as _get_memory, memory_usage
from ._stamps import TimeStamper

__version__ = "0.61.0"


class LogFile:
    """A stream whose lines go to a logger; with `reportIncrementFlag` only those where memory grew."""

    def __init__(self, name=None, reportIncrementFlag=False):
        self.logger = _logging.getLogger(name)
        self.reportIncrementFlag = reportIncrementFlag

    def write(self, msg, level=_logging.INFO):
        if self.reportIncrementFlag:
            cells = msg.split("MiB")
            grew = len(cells) > 1 and float(cells[1].strip()) > 0
            if not grew and "Filename:" not in msg and "Line Contents" not in msg:
                return
        self.logger.log(level, msg)

    def flush(self):
        for handler in self.logger.handlers:
            handler.flush()
