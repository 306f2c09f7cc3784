# Topic: the heap
# Addresses are below 4 GiB, and the heap has a fixed size (1 GiB, or --max-heap): what is larger is a MemoryError.
# Cause: the heap is one buffer, reserved once; pointers have a zero upper half.
# Instead: `--max-heap 4G` for larger data.
print(id(object()) < 2**32)
try:
    print(len(bytes(1 << 30)))
except MemoryError:
    print("MemoryError")
