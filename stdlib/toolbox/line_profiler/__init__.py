"""Time by line: line_profiler's interface. An installed line_profiler that can be loaded is used instead of this one."""
from ._line_profiler import LineStats
from .line_profiler import LineProfiler, __version__, load_stats, main, show_func, show_text

__all__ = ["LineProfiler", "LineStats", "load_stats", "main", "show_func", "show_text", "__version__"]
