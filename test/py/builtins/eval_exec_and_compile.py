d = {}; exec("a = 1\nb = a + 1", d); print(d["b"], eval("b * 2", d), eval("x", {}, {"x": 5}), eval(compile("1 + 2", "f", "eval")), exec(compile("pass", "f", "exec")))
exec(compile("5", "f", "single")); print(eval(" 7 "), sorted(k for k in d if k[0] != "_"), eval(b"3"))
for f in (lambda: eval("a ="), lambda: eval(""), lambda: exec("1 +"), lambda: eval("x", 5), lambda: eval("1", {}, 5), lambda: compile("a", "f", "exec", dont_inherit=True, optimize=9), lambda: eval("1;2"), lambda: exec("x", {"__builtins__": {}}), lambda: eval("len", {"__builtins__": {}}), lambda: eval("a\0b"), lambda: compile("1", "f", "eval", 1 << 30), lambda: exec("import os", {"__builtins__": {}}), lambda: eval("yield"), lambda: exec("return")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
def g():
    y = 1; print(sorted(locals()), eval("y")); exec("y = 2"); return y
print(g())
