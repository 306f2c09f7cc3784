class C:
    def __init__(self, n, swallow=False):
        self.n, self.swallow = n, swallow
    def __enter__(self):
        print("in", self.n); return self.n
    def __exit__(self, *a):
        print("out", self.n, a[0]); return self.swallow
with C(1) as a, C(2, True) as b:
    print(a, b); raise KeyError
with (C(3), C(4) as d,):
    pass
class N:
    def __enter__(self):
        pass
for o in (5, N()):
    try:
        with o:
            pass
    except TypeError as e:
        print(e)
def f():
    with C(9):
        return "r"
print(f())
