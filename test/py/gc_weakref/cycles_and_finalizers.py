import gc
gc.collect(); gc.disable()
class N:
    def __init__(self, n):
        self.n = n; self.me = self
    def __del__(self):
        print("del", self.n)
N(1); N(2); print("before"); print(gc.collect() >= 2); print(gc.garbage, gc.isenabled(), gc.get_threshold())
saved = []
class R:
    def __del__(self):
        saved.append(self)
r = R(); r.me = r; del r; gc.collect(); print(len(saved)); saved.clear(); gc.collect(); print(len(saved))
print(gc.is_tracked([]), gc.is_tracked(1), gc.is_tracked(()), gc.is_tracked({}), gc.is_tracked({"a": []}), gc.is_tracked((1, [])))
for f in (lambda: gc.collect(5), lambda: gc.set_threshold(), lambda: gc.collect("x")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
gc.enable()
