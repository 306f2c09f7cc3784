"""The decimal module under the name of CPython's pure Python version.

moult has one implementation, the native _decimal. Programs that ask for this name get it too, also where _decimal
itself has been made impossible to import.
"""

import _frozen_importlib as _importlib
import _imp

_native = _imp.create_builtin(_importlib.ModuleSpec("_decimal", _importlib.BuiltinImporter))
_imp.exec_builtin(_native)

globals().update((name, value) for name, value in vars(_native).items() if not name.startswith("_"))
__version__ = _native.__version__
__libmpdec_version__ = _native.__libmpdec_version__
__doc__ = _native.__doc__
