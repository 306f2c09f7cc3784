import types
@types.coroutine
def pause(v):
    return (yield v)
async def f(x):
    y = await pause(x); print("y", y); return x + y
c = f(1); print(c.send(None), c.cr_await is not None, c.cr_running)
try:
    c.send(10)
except StopIteration as e:
    print(e.value)
for t in (lambda: c.send(None), lambda: f(1).send(5)):
    try:
        t()
    except Exception as e:
        print(type(e).__name__, e)
async def bad():
    await 5
try:
    bad().send(None)
except TypeError as e:
    print(e)
