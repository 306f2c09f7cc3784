# Looking up iter() while a generic alias's iterator is pickled may exhaust it.
import builtins
from types import GenericAlias

it = iter(GenericAlias(list, (int,)))
print(it.__reduce__()[1])


class Thief(str):
    def __eq__(self, other):
        global it
        if other == "iter":
            list(it)
        return str.__eq__(self, other)

    __hash__ = str.__hash__


vars(builtins)[Thief("iter")] = iter
it = iter(GenericAlias(list, (int,)))
print(it.__reduce__())
list(it)
print(it.__reduce__())
