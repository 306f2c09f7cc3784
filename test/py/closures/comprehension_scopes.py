i = "outer"
print([i for i in range(3)], i, {i: i for i in range(2)}, {i for i in (1,)}, list(i for i in "ab"), i)
print([x + y for x in range(3) for y in range(x)], [(a, b) for a in "ab" if a != "b" for b in (1, 2) if b], [[c * r for c in range(3)] for r in range(2)])
fs = [lambda: j for j in range(3)]; print([f() for f in fs])
def f():
    return [last := v for v in range(4)], last
print(f())
total = 0; print([total := total + v for v in range(5)], total)
try:
    [q for q in undefined_iterable]
except NameError as e:
    print(e)
try:
    q
except NameError as e:
    print(e)
g = (print("lazy", v) or v for v in [1, 2]); print(next(g)); print(next(g)); print(next(g, "end"))
try:
    (v for v in 5)
except TypeError as e:
    print(e)
for src in ("[x := 1 for x in y]", "[y for x in (y := z)]", "[(yield x) for x in y]", "[*x for x in y]", "{**x for x in y}", "class A: [x := 1 for i in y]", "[x for x in 1, 2]", "[x, y for x in z]", "[x for x]"):
    try:
        compile(src, "s", "exec")
    except SyntaxError as e:
        print(src, "->", e.msg)
