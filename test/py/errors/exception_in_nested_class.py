class A:
    class Err(Exception):
        pass
    def go(self):
        raise A.Err('nested')
A().go()
