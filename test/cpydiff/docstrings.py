# Topic: built-in types
# Docstrings of built-ins are short sentences of moult's own; their signatures are CPython's.
# Cause: the texts are not ours to copy.
# Instead: read CPython's documentation; `inspect.signature` agrees.
import inspect

print(inspect.signature(str.zfill))
print(str.zfill.__doc__.split()[0])
