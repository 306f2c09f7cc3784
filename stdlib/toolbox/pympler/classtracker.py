"""How many objects of chosen classes there are over time, and how large."""
import time
import weakref
from collections import defaultdict
from functools import partial
from inspect import isclass, stack
from threading import Lock, Thread

from . import asizeof
from .classtracker_stats import ConsoleStats
from .process import ProcessMemoryInfo
from .util.stringutils import safe_repr

_start = time.time()


def _now():
    return time.time() - _start


class _Observed:
    """How a tracked class is tracked, and its own constructor."""

    def __init__(self, init):
        self.init = init

    def options(self, name, detail, keep, trace):
        self.name, self.detail, self.keep, self.trace = name, detail, keep, trace


class TrackedObject:
    """Sizes over time of one object, and when it came and went."""

    _SAVED = "id", "repr", "name", "birth", "death", "trace", "snapshots", "_resolution_level"

    def __init__(self, instance, name, resolution_level=0, trace=False, on_delete=None):
        self.ref = weakref.ref(instance, self.finalize)
        self.id = id(instance)
        self.repr = ""
        self.name = name
        self.birth = _now()
        self.death = None
        self._resolution_level = resolution_level
        # without the frames of the tracker itself
        self.trace = [info[1:] for info in reversed(stack()[4:])] if trace else None
        size = asizeof.basicsize(instance)
        self.snapshots = [(self.birth, asizeof.Asized(size, size))]
        self.on_delete = on_delete

    def __getstate__(self):
        return {name: getattr(self, name) for name in self._SAVED}

    def __setstate__(self, state):
        vars(self).update(state)

    def track_size(self, ts, sizer):
        """Note the size at a time."""
        obj = self.ref()
        self.snapshots.append((ts, sizer.asized(obj, detail=self._resolution_level)))
        if obj is not None:
            self.repr = safe_repr(obj, clip=128)

    def get_max_size(self):
        return max(s.size for _, s in self.snapshots)

    def get_size_at_time(self, timestamp):
        return next((s.size for t, s in reversed(self.snapshots) if t == timestamp), 0)

    def set_resolution_level(self, resolution_level):
        self._resolution_level = resolution_level

    def finalize(self, ref):
        self.death = _now()
        if self.on_delete:
            self.on_delete()


class _Periodic(Thread):
    def __init__(self, tracker, interval):
        super().__init__(daemon=True, name="BackgroundMonitor")
        self.tracker = tracker
        self.interval = interval
        self.stop = False

    def run(self):
        while not self.stop:
            self.tracker.create_snapshot()
            time.sleep(self.interval)


class Snapshot:
    """Sizes of all tracked objects, and of the process, at a time."""

    def __init__(self, timestamp, description=""):
        self.tracked_total = self.asizeof_total = self.overhead = 0
        self.timestamp = timestamp
        self.system_total = ProcessMemoryInfo()
        self.desc = description
        self.classes = None

    @property
    def total(self):
        """The size of the process."""
        return self.system_total.vsz

    @property
    def label(self):
        return "%s (%.3fs)" % (self.desc, self.timestamp) if self.desc else "%.3fs" % self.timestamp


class ClassTracker:
    """Tracks the objects of chosen classes."""

    def __init__(self, stream=None):
        self.index = defaultdict(list)
        self.objects = {}
        self.snapshots = []
        self.history = defaultdict(list)
        self.snapshot_lock = Lock()
        self._keepalive = []
        self._observers = {}
        self._periodic_thread = None
        self._stream = stream

    @property
    def stats(self):
        """What was tracked so far, to be printed."""
        return ConsoleStats(tracker=self, stream=self._stream)

    def _count(self, name, change):
        series = self.history[name]
        series.append((_now(), (series[-1][1] if series else 0) + change))

    def track_object(self, instance, name=None, resolution_level=0, keep=False, trace=False):
        """Track one object; `resolution_level`: how deep its parts are sized one by one."""
        tracked = self.objects.get(id(instance))
        if tracked is not None and tracked.ref() is not None:
            return
        name = name or instance.__class__.__name__
        tracked = TrackedObject(instance, name, resolution_level, trace, partial(self._count, name, -1))
        self._count(name, 1)
        self.index[name].append(tracked)
        self.objects[id(instance)] = tracked
        if keep:
            self._keepalive.append(instance)

    def track_change(self, instance, resolution_level=0):
        """Size the parts of a tracked object to another depth."""
        self.objects[id(instance)].set_resolution_level(resolution_level)

    def track_class(self, cls, name=None, resolution_level=0, keep=False, trace=False):
        """Track the objects of a class that are made from now on."""
        if not isclass(cls):
            raise TypeError("only class objects can be tracked")
        if name is None:
            name = cls.__module__ + "." + cls.__name__
        observed = self._observers.get(cls)
        if observed is None:
            observed = self._observers[cls] = _Observed(cls.__init__)
            tracker = self

            def constructor(*args, **kwargs):
                o = observed
                tracker.track_object(args[0], name=o.name, resolution_level=o.detail, keep=o.keep, trace=o.trace)
                o.init(*args, **kwargs)

            cls.__init__ = constructor
        observed.options(name, resolution_level, keep, trace)

    def detach_class(self, cls):
        """Track no new objects of a class."""
        cls.__init__ = self._observers.pop(cls).init

    def detach_all_classes(self):
        for cls in list(self._observers):
            self.detach_class(cls)

    def detach_all(self):
        """Forget all classes and objects."""
        self.detach_all_classes()
        self.objects.clear()
        self.index.clear()
        self._keepalive.clear()

    def clear(self):
        """Forget everything, the snapshots too."""
        self.detach_all()
        self.snapshots.clear()

    def close(self):
        """Detach all and stop taking snapshots."""
        self.detach_all_classes()
        self.stop_periodic_snapshots()

    def start_periodic_snapshots(self, interval=1.0):
        """Take a snapshot every `interval` seconds."""
        if self._periodic_thread is None:
            self._periodic_thread = _Periodic(self, interval)
            self._periodic_thread.start()
        else:
            self._periodic_thread.interval = interval

    def stop_periodic_snapshots(self):
        if self._periodic_thread is not None and self._periodic_thread.is_alive():
            self._periodic_thread.stop = True
            self._periodic_thread.join()
        self._periodic_thread = None

    def create_snapshot(self, description="", compute_total=False):
        """Note the sizes of all tracked objects now."""
        with self.snapshot_lock:
            timestamp = _now()
            sizer = asizeof.Asizer()
            tracked = sorted(self.objects.values(), key=lambda t: t.birth)
            sizer.exclude_refs(*(t.ref() for t in tracked))
            for t in tracked:
                t.track_size(timestamp, sizer)
            snapshot = Snapshot(timestamp, str(description))
            snapshot.tracked_total = sizer.total
            if compute_total:
                snapshot.asizeof_total = asizeof.asizeof(all=True, code=True)
            if snapshot.tracked_total:
                snapshot.overhead = sizer.asizeof(self)
                if snapshot.asizeof_total:
                    snapshot.asizeof_total -= snapshot.overhead
            self.snapshots.append(snapshot)
