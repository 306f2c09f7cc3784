# Topic: the library
# `_pickle` and `_datetime` are the library's Python classes under the C modules' names: sizes and speed are those of Python code.
# Cause: the native ones are not written.
# Instead: `json` or `marshal` where speed matters.
import datetime
import sys

print(sys.getsizeof(datetime.date(2024, 2, 29)))
