import sys
def rec(n):
    return 0 if n == 0 else 1 + rec(n-1)
for i in range(100): rec(10)
print(rec(900))
try:
    rec(10000)
except RecursionError as e: print(e)
sys.setrecursionlimit(50000)
print(rec(40000))
class A:
    def __init__(self, n):
        self.n = A(n-1) if n else None
for i in range(60): A(5)
sys.setrecursionlimit(3000)
try: A(10000)
except RecursionError as e: print(e)
def gen(n):
    for i in range(n):
        yield i
        x = yield -i
for i in range(60): list(gen(4))
print(sum(gen(1000)))
def deep(n):
    try:
        return deep(n+1)
    except RecursionError:
        return n
print(deep(0) > 2000)
