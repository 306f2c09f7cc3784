# PickleBuffer: a buffer in the pickle or beside it (protocol 5), its raw view, and what a released one refuses.
import pickle

data = bytearray(b"big data" * 4)
wrapped = pickle.PickleBuffer(data)
beside = []
small = pickle.dumps(["x", wrapped], protocol=5, buffer_callback=beside.append)
print(len(small) < 40, len(beside), beside[0] is wrapped)
again = pickle.loads(small, buffers=[data])
print(again[1] is data, again[0])
print(pickle.loads(pickle.dumps(wrapped, protocol=5)) == data)
print(pickle.loads(pickle.dumps(pickle.PickleBuffer(b"ro"), protocol=5)))
raw = pickle.PickleBuffer(memoryview(data).cast("I")).raw()
print(raw.format, raw.ndim, raw.itemsize, raw.shape, raw.strides, raw.contiguous, len(raw))
raw.release()
try:
    pickle.PickleBuffer(memoryview(data)[::2]).raw()
except BufferError as e:
    print(e)
try:
    pickle.dumps(wrapped, protocol=4)
except pickle.PicklingError as e:
    print(e)
try:
    data.append(1)
except BufferError as e:
    print(e)
wrapped.release()
beside.clear()
try:
    memoryview(wrapped)
except ValueError as e:
    print(e)
try:
    pickle.PickleBuffer("text")
except TypeError as e:
    print(e)
