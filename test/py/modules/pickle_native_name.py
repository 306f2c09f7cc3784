# _pickle is there to import, before pickle or after it, and its objects are pickle's.
import sys
import _pickle
import pickle

print(pickle.loads(_pickle.dumps([1, {"a": (2.5, None)}], 5)), _pickle.PickleError is pickle.PickleError)
for name in ("pickle", "_pickle"):
    del sys.modules[name]
import pickle
import _pickle
print(_pickle.Pickler is pickle.Pickler, _pickle.Unpickler is pickle.Unpickler, _pickle.loads(pickle.dumps({1, 2})))
try:
    _pickle.loads(b"")
except EOFError as e:
    print(type(e).__name__)
