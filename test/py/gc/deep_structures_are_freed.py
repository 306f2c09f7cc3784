x = None
for i in range(200000): x = [x]
del x
x = ()
for i in range(200000): x = (x,)
del x
x = {}
for i in range(100000): x = {1: x}
del x
class N:
    __slots__ = ("n",)
x = None
for i in range(100000):
    y = N(); y.n = x; x = y
del x, y
class M: pass
x = None
for i in range(100000):
    y = M(); y.n = x; x = y
del x, y
class L(list): pass
x = None
for i in range(100000): x = L([x])
del x
# order: the trashcan frees in pieces of 50
log = []
class D:
    def __init__(self, n, x): self.n, self.x = n, x
    def __del__(self): log.append(self.n)
x = None
for i in range(300): x = D(i, x)
del x
print(log[:60], log[-3:], len(log))
log.clear()
x = None
for i in range(300): x = [D(i, None), x]
del x
print(log[:60], log[-3:], len(log))
print("deep ok")
