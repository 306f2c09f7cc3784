# Topic: the library
# `ctypes` and what needs a C library (tkinter, curses, readline) cannot be imported.
# Cause: there is no C under moult for them to call.
# Instead: none.
try:
    import ctypes

    print(ctypes.sizeof(ctypes.c_long))
except ImportError:
    print("ImportError")
