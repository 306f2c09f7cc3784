import sys, types, importlib
m = types.ModuleType("m", "doc"); m.x = 1; sys.modules["m"] = m
import m as mm
from m import x
print(mm is m, x, m, m.__doc__, m.__spec__)
for src in ("from m import y", "import m.sub", "import nope", "from . import z", "import sys.nope", "from m import *"):
    try:
        exec(src, {"__name__": "q"}); print(src, "ok")
    except Exception as e:
        print(src, type(e).__name__, e)
m.__getattr__ = lambda n: n * 2; from m import zz; print(zz, m.q)
m.__all__ = ["x", "missing_"]; d = {}; exec("from m import *", d); print(d["x"], d["missing_"])
sys.modules["gone"] = None
try:
    import gone
except ImportError as e:
    print(e, e.name)
try:
    importlib.reload(5)
except TypeError as e:
    print(e)
