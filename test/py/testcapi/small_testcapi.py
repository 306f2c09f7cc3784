# The small _testcapi: legacy finalizers make garbage, allocations fail on demand, dictionaries carry versions.
import _testcapi
import gc


@_testcapi.with_tp_del
class Legacy:
    def __tp_del__(self):
        print("deleted")


Legacy()
cycle = Legacy()
cycle.me = cycle
del cycle
gc.collect()
print(len(gc.garbage), type(gc.garbage[0]).__name__)
gc.garbage[0].me = None
gc.garbage.clear()

d = {}
before = _testcapi.dict_get_version(d)
d["a"] = 1
print(_testcapi.dict_get_version(d) > before)


class C:
    pass


for start in 10, 20:
    for count in range(100):
        if count == 0:
            _testcapi.set_nomemory(start)
        try:
            C()
        except MemoryError:
            _testcapi.remove_mem_hooks()
            print("MemoryError", start)
            break

print(_testcapi.HeapCTypeWithBuffer.__name__, bytes(_testcapi.HeapCTypeWithBuffer()))
try:
    _testcapi.return_null_without_error()
except SystemError as e:
    print(e)
print(_testcapi.meth_fastcall_keywords(1, x=2)[1:])
