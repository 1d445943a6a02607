"""peers.py LOOP JOB: one run of one job on asyncio or uvloop; prints "value unit".

The jobs are those of the program beside this file that have the same name, with
fewer repetitions.
"""
import asyncio
import random
import sys
import time

now = time.perf_counter


def per(start, n):
    print("%.2f ns" % ((now() - start) / n * 1e9))


async def give_way_once():
    await asyncio.sleep(0)


async def l_gather1000():
    rounds, tasks = 100, 1000
    start = now()
    for _ in range(rounds):
        await asyncio.gather(*[give_way_once() for _ in range(tasks)])
    per(start, rounds * tasks)


async def m_timeout():
    n = 100_000
    start = now()
    for _ in range(n):
        async with asyncio.timeout(60):
            await asyncio.sleep(0)
    per(start, n)


async def n_group100():
    rounds, tasks = 500, 100
    start = now()
    for _ in range(rounds):
        async with asyncio.TaskGroup() as g:
            for _ in range(tasks):
                g.create_task(give_way_once())
    per(start, rounds)


async def o_lock():
    n = 2_000_000
    lock = asyncio.Lock()
    start = now()
    for _ in range(n):
        await lock.acquire()
        lock.release()
    per(start, n)


async def shared_lock(tasks):
    n = 200_000
    lock = asyncio.Lock()

    async def take():
        for _ in range(n // tasks):
            await lock.acquire()
            await asyncio.sleep(0)
            lock.release()

    start = now()
    await asyncio.gather(*[take() for _ in range(tasks)])
    per(start, n)


async def p_lock2():
    await shared_lock(2)


async def p_lock100():
    await shared_lock(100)


async def timers(n):
    async def nap():
        await asyncio.sleep(random.random() * 0.1)

    start = now()
    await asyncio.gather(*[asyncio.create_task(nap()) for _ in range(n)])
    print("%.4f s" % (now() - start))


async def f_timers1e5():
    await timers(100_000)


async def f_timers1e6():
    await timers(1_000_000)


def main():
    loop, job = sys.argv[1:]
    if loop == "uvloop":
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(globals()[job]())
    else:
        asyncio.run(globals()[job]())


main()
