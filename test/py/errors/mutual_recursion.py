import sys
sys.setrecursionlimit(60)
def a(n):
    return b(n)
def b(n):
    return a(n)
a(0)
