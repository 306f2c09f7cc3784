x, w = 3.14159, 10
print(f"{x:.2f}|{x:>{w}.{2}f}|{x!r:.4}|{x = }|{x=:.1f}|{'nested ' + f'{w}'}|{{}}|{x if w else 0}|{(lambda: 5)()}|{ {1: 2}[1] }|{w:#x}|{w!s:*^6}|{'a' 'b'}|{1,}|{w:{'<'}5}|")
print(f'''{
x
:.1f}''', f"{x!a}", rf"\n{w}", f"{None}", f"{[i for i in range(3)]}", f"{w=!r:>5}", f"a{''}b", f"{'é'!a}")
class F:
    def __format__(self, s):
        return 5
try:
    f"{F()}"
except TypeError as e:
    print(e)
