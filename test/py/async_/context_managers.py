class A:
    async def __aenter__(self):
        print("enter"); return 1
    async def __aexit__(self, t, v, tb):
        print("exit", t); return t is ValueError
async def main():
    async with A() as a, A() as b:
        print(a, b)
    async with A():
        raise ValueError
    try:
        async with 5:
            pass
    except TypeError as e:
        print(e)
    try:
        with A():
            pass
    except TypeError as e:
        print(e)
try:
    main().send(None)
except StopIteration:
    print("done")
