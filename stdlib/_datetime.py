"""What CPython has as a C module: in moult the classes of _pydatetime."""

from _pydatetime import *
from _pydatetime import __doc__
