import contextvars
v = contextvars.ContextVar("v", default=1); w = contextvars.ContextVar("w")
t = v.set(2); print(v.get(), t.old_value is t.MISSING, t.var is v); v.reset(t); print(v.get(), w.get("d"))
c = contextvars.copy_context(); c.run(v.set, 9); print(v.get(), c[v], len(c), v in c, list(c.keys()) == [v], c.get(w))
for f in (lambda: w.get(), lambda: v.reset(t), lambda: c[w], lambda: c.run(), lambda: c.run(c.run, print), lambda: contextvars.ContextVar(5), lambda: w.reset(t)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, str(e)[:25])
