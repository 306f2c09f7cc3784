import asyncio


async def work(name, delay, log):
    log.append(f"{name} starts")
    await asyncio.sleep(delay)
    log.append(f"{name} ends")
    return name


async def main():
    log = []
    print(await asyncio.gather(work("a", 0.03, log), work("b", 0.01, log), work("c", 0.02, log)))
    print(log)
    try:
        await asyncio.wait_for(asyncio.sleep(5), 0.01)
    except asyncio.TimeoutError:
        print("timeout")
    q = asyncio.Queue()

    async def producer():
        for i in range(3):
            await q.put(i)
        await q.put(None)

    task = asyncio.create_task(producer(), name="producer")
    got = []
    while (item := await q.get()) is not None:
        got.append(item)
    await task
    print(got, task.done(), task.get_name())
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, sum, range(10)), await asyncio.to_thread(lambda: "threaded"))
    event = asyncio.Event()
    loop.call_later(0.01, event.set)
    await event.wait()
    task = asyncio.create_task(asyncio.sleep(5))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", task.cancelled())
    async with asyncio.timeout(1), asyncio.TaskGroup() as tg:
        t1 = tg.create_task(work("x", 0.01, log))
        t2 = tg.create_task(work("y", 0, log))
    print(t1.result(), t2.result())
    lock = asyncio.Lock()
    async with lock:
        print(lock.locked())
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(asyncio.sleep(5))
            tg.create_task(bad())
    except* ValueError as eg:
        print(eg.exceptions)
    return "done"


async def bad():
    raise ValueError("bad")


print(asyncio.run(main()))
