class V:
    def __init__(self, n):
        self.n = n
    def __add__(self, o):
        print("add"); return NotImplemented if isinstance(o, str) else V(self.n + getattr(o, "n", o))
    def __radd__(self, o):
        print("radd"); return V(self.n + o)
    def __iadd__(self, o):
        print("iadd"); self.n += 100; return self
    def __eq__(self, o):
        print("eq"); return NotImplemented
    def __lt__(self, o):
        print("lt"); return NotImplemented
    def __gt__(self, o):
        print("gt"); return True
    def __matmul__(self, o):
        return "mat"
    def __rpow__(self, o, m=None):
        return "rpow"
    def __rfloordiv__(self, o):
        return NotImplemented
class W(V):
    def __radd__(self, o):
        print("W.radd"); return "W"
v = V(1); print((v + 1).n, (1 + v).n, v + W(2), v == 1, v != 1, v < V(2), v @ 1, 2 ** v, sum([v, v]).n)
v += 1; print(v.n)
for src in ("v + 'a'", "'a' + None", "1 // v", "v < 1 > v" if False else "v >= 1", "v - 1", "1 @ v", "v ** 2", "v @= 5" if False else "[] @ v", "v << 1", "-v", "v and 1 - v"):
    try:
        print(eval(src))
    except TypeError as e:
        print(src, "->", e)
v @= 2; print(v)
x = 5
for op in ("+=", "-=", "*=", "/=", "//=", "%=", "**=", "<<=", ">>=", "&=", "|=", "^=", "@="):
    try:
        exec(f"x {op} 'a'")
    except TypeError as e:
        print(e)
