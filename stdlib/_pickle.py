"""What CPython has as a C module: in moult the classes and functions of pickle.py.

Either module may be imported first: pickle has its classes by the time it asks for this one, and does without it when
this one has asked first.
"""

import pickle as _python
from pickle import (
    PickleError,
    PicklingError,
    UnpicklingError,
    _dump as dump,
    _dumps as dumps,
    _load as load,
    _loads as loads,
    _Pickler as Pickler,
    _Unpickler as Unpickler,
)


def _load_appends(self, _load_appends=Unpickler.load_appends):
    """APPENDS, growing an exact list by a slice as the C module does: the room it leaves is another than extend's."""
    items = self.stack
    target = self.metastack[-1][-1]
    if type(target) is list:
        self.stack = self.metastack.pop()
        self.append = self.stack.append
        target[len(target):] = items
    else:
        _load_appends(self)


Unpickler.load_appends = _load_appends
Unpickler.dispatch[_python.APPENDS[0]] = _load_appends
del _python
