async def gen():
    for i in range(3):
        yield i
async def main():
    print([x async for x in gen()], {x: 1 async for x in gen() if x}, [x async for x in gen() if x > 1])
    g = gen(); print(await g.__anext__(), await g.asend(None)); await g.aclose()
    try:
        await g.__anext__()
    except StopAsyncIteration as e:
        print("stop", e)
    try:
        [x for x in gen()]
    except TypeError as e:
        print(e)
    try:
        async for x in [1]:
            pass
    except TypeError as e:
        print(e)
try:
    main().send(None)
except StopIteration as e:
    print(e.value)
