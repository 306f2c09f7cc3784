"""What CPython has as a C module: in moult the classes and functions of pickle.py.

Either module may be imported first: pickle has its classes by the time it asks for this one, and does without it when
this one has asked first.
"""

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
