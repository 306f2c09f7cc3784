"""Run by the build under moult itself: store the code of the frozen modules, so that a start need not compile them."""
import _imp
import marshal
import os
import sys

library = sys.argv[1]
target = os.path.join(library, ".frozen")
os.makedirs(target, exist_ok=True)
for name in _imp._frozen_module_names():
    if _imp.is_frozen(name):
        with open(os.path.join(target, name), "wb") as f:
            f.write(marshal.dumps(_imp.get_frozen_object(name)))
