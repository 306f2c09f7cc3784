# A context with many variables: growth past 16 and 32, deletion through reset, copies that share, iteration and comparison.
import contextvars
import gc

variables = [contextvars.ContextVar(f"v{i}") for i in range(300)]


def fill():
    tokens = [v.set(i) for i, v in enumerate(variables)]
    ctx = contextvars.copy_context()
    print(len(ctx), sum(ctx.values()), len(list(ctx)), all(ctx[v] == i for i, v in enumerate(variables)))
    for v, t in zip(variables[::2], tokens[::2]):
        v.reset(t)
    half = contextvars.copy_context()
    print(len(half), sorted(half.values()) == list(range(1, 300, 2)), half == ctx, half == half.copy(), len(ctx))
    for v, t in zip(variables[1::2], tokens[1::2]):
        v.reset(t)
    print(len(contextvars.copy_context()))
    return ctx


ctx = contextvars.Context().run(fill)
print(dict(ctx.items()) == {v: i for i, v in enumerate(variables)})
print(ctx.get(variables[7]), ctx.get(contextvars.ContextVar("new")), variables[3] in ctx)
del ctx
gc.collect()
