# Topic: the interpreter
# `sys.version` names moult.
# Cause: it is not CPython; `sys.version_info` and `sys.implementation.name` say what programs ask about.
# Instead: look for "moult" in `sys.version` to tell.
import sys

print(sys.version_info[:3], sys.implementation.name, "moult" in sys.version)
