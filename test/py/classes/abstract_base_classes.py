from abc import ABC, abstractmethod, ABCMeta
class Shape(ABC):
    @abstractmethod
    def area(self):
        ...
    @property
    @abstractmethod
    def name(self):
        ...
    def describe(self):
        return f"{self.name}:{self.area()}"
class Half(Shape):
    def area(self):
        return 1
class Full(Half):
    name = "full"
for c in (Shape, Half, Full):
    try:
        print(c().describe())
    except TypeError as e:
        print(e)
print(sorted(Shape.__abstractmethods__), Half.__abstractmethods__, issubclass(Full, Shape))
class Duck(metaclass=ABCMeta):
    @classmethod
    def __subclasshook__(cls, c):
        return True if hasattr(c, "quack") else NotImplemented
class Q:
    quack = 1
class R:
    pass
Duck.register(R); print(issubclass(Q, Duck), isinstance(R(), Duck), isinstance(5, Duck))
from collections.abc import Iterable, Sized, Hashable, Callable, Sequence, Mapping, MutableSequence, Iterator, Generator
for v in ([], (), {}, "", 5, iter([]), (x for x in []), len, set(), range(3)):
    print(type(v).__name__, [a.__name__ for a in (Iterable, Sized, Hashable, Callable, Sequence, Mapping, MutableSequence, Iterator, Generator) if isinstance(v, a)])
