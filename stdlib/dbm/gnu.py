"""The GNU database library, where the interpreter has it: moult has none of its own."""

from _gdbm import *
