"""Coroutines awaiting coroutines, driven by a round-robin loop; asynchronous generators and contexts."""


class Switch:
    def __await__(self):
        yield


class Lock:
    held = 0

    async def __aenter__(self):
        Lock.held += 1
        return self

    async def __aexit__(self, *_):
        Lock.held -= 1


async def add(a, b):
    await Switch()
    return a + b


async def numbers(n):
    for i in range(n):
        if i % 8 == 0:
            await Switch()
        yield i


async def job(n):
    total = 0
    async for i in numbers(n):
        async with Lock():
            total = await add(total, i)
    return total


def main():
    todo = [job(150) for _ in range(60)]
    done = []
    while todo:
        left = []
        for coro in todo:
            try:
                coro.send(None)
                left.append(coro)
            except StopIteration as stop:
                done.append(stop.value)
        todo = left
    return sum(done), Lock.held
