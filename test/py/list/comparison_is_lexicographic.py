print([1, 2] < [1, 3], [1] < [1, 0], [] < [0], [2] > [1, 9], [1, 2] == [1.0, 2.0], [1] == (1,), [1] != 1, [float("nan")] == [float("nan")])
class C:
    def __eq__(self, o):
        print("eq", type(o).__name__); return True
    __hash__ = None
print([C()] == [1], 1 in [C()], [C(), 1] < [C(), 2])
for op in ("<", ">=",):
    try:
        eval(f"[1] {op} (1,)")
    except TypeError as e:
        print(e)
try:
    [1, "a"] < [1, 2]
except TypeError as e:
    print(e)
