# Repeating zero times makes a new empty bytes object, unlike slicing or calling bytes().
data = b"xy"
empty = b""
none = 0
print(data * none is empty, data * -3 is empty, data[2:] is empty, bytes() is empty)
print(data * none == empty, data * 1 is data)
