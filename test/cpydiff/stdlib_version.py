# Topic: the library
# The library's Python files are those of 3.11.3, so repairs of 3.11.4 to 3.11.7 are not in it.
# Cause: they come from the npm package pyodide 0.25, which holds 3.11.3.
# Instead: put a newer file of the library on PYTHONPATH.
from urllib.parse import urlsplit

print(repr(urlsplit(" https://example.org/").scheme))
