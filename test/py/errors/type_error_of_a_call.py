class A:
    def m(self, a, b, *, c):
        pass
A().m(1)
