import sys
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
print(depth(900), sys.getrecursionlimit())
def inf():
    return inf()
try:
    inf()
except RecursionError as e:
    print(type(e).__name__, e)
class A:
    def __repr__(self):
        return repr(self)
    def __getattr__(self, n):
        return getattr(self, n + "x")
    def __eq__(self, o):
        return self == o
    def __hash__(self):
        return hash(self)
for f in (lambda: repr(A()), lambda: A().y, lambda: A() == A(), lambda: hash(A()), lambda: str(A())):
    try:
        f()
    except RecursionError as e:
        print(str(e)[:34])
sys.setrecursionlimit(5000); print(depth(4000)); sys.setrecursionlimit(1000)
for bad in (0, -1, "x", 2**40, 1):
    try:
        sys.setrecursionlimit(bad)
    except Exception as e:
        print(type(e).__name__, e)
x = []
for _ in range(3000):
    x = [x]
try:
    repr(x)
except RecursionError as e:
    print(e)
try:
    x == [x] and 1
    y = []
    for _ in range(3000):
        y = [y]
    x == y
except RecursionError as e:
    print(e)
