class A:
    v = "A.v"
    def f(self):
        return "A.f"
    @classmethod
    def c(cls):
        return ("A.c", cls.__name__)
    @property
    def p(self):
        return "A.p"
class B(A):
    v = "B.v"
    def f(self):
        return super().f(), super(B, self).v, super().p, super().c()
    @classmethod
    def c(cls):
        return super().c()
    def bad(self):
        del self
        return super().f()
    def shadow(x):
        x = 5
        return super().f()
    s = staticmethod(lambda: super().f())
b = B(); print(b.f(), B.c(), super(B, b).__thisclass__, super(B, b).__self__ is b, super(B, b).__self_class__, super(B, B).c())
print(repr(super(B, b)).split(" object")[0], super(B))
for f in (lambda: super(B, 5), lambda: super(5, b), lambda: super(A, b).nope, lambda: b.bad(), lambda: b.shadow(), lambda: B.s(), lambda: super(), lambda: setattr(super(B, b), "v", 1), lambda: super(B).f, lambda: super(A, B).f, lambda: super(B, A())):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
