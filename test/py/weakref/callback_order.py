import weakref, gc
log = []
class A:
    def __del__(self): log.append("del")
a = A()
rs = [weakref.ref(a, lambda w, i=i: log.append(i)) for i in range(4)]
del a
print(log)
log.clear()
# a callback that dies with its reference is not called
a = A()
rs = [weakref.ref(a, lambda w, i=i: log.append(i)) for i in range(4)]
del rs[1:3], a
print(log)
log.clear()
# callbacks see the other references dead, and may make new objects
a = A()
r1 = weakref.ref(a)
r2 = weakref.ref(a, lambda w: log.append((r1(), w() is None)))
del a
print(log)
log.clear()
a = A(); a.a = a
r2 = weakref.ref(a, lambda w: log.append("callback"))
del a
gc.collect()
print(log)
# a reference to a reference's callback's owner
class O:
    def cb(self, w): log.append("O.cb")
log.clear()
o = O(); t = A()
r = weakref.ref(t, o.cb)
wo = weakref.ref(o)
del o
print(wo() is not None)
del t
print(log, wo() is None)
del r
print(wo() is None)
