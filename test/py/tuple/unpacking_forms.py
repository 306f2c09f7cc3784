a, b = 1, 2; (c, [d, e]), f = (3, (4, 5)), 6; g, *h = "abc"; *i, j = [1]; k, *l, m = range(5); print(a, b, c, d, e, f, g, h, i, j, k, l, m)
for src in ("a, b = 1,", "a, b = 1, 2, 3", "a, b = 5", "a, *b, c = 1,", "(a, b), c = 1, 2", "a, b = None", "[a, b] = {}", "a, b = 'abc'", "a, b, *c = [1]", "a, b = iter([1])"):
    try:
        exec(src)
    except Exception as e:
        print(src, "->", type(e).__name__, e)
def gen():
    for i in range(5):
        print("gen", i); yield i
try:
    p, q = gen()
except ValueError as e:
    print(e)
for x, (y, *z) in [(1, "abc"), (2, [3])]:
    print(x, y, z)
x = y = [1]; x[0], x = 5, 6; print(x, y)
