"""What the runtime calls when an installed tool needs an extension module: import moult's own version of it."""
import importlib.util
import os
import sys
from importlib.machinery import PathFinder


def load(name):
    for loaded in [m for m in sys.modules if m.startswith(name + ".")]:
        del sys.modules[loaded]
    spec = PathFinder.find_spec(name, [os.path.dirname(__file__)])
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
