"""tasks.py LOOP JOB: one run of one job on asyncio or uvloop; prints "value unit".

The jobs are those of peertasks that have the same name, with
fewer repetitions. For one that it does not have it prints "- -".
"""
import asyncio
import gc
import random
import sys
import threading
import time

now = time.perf_counter


def per(start, n):
    print("%.2f ns" % ((now() - start) / n * 1e9))


async def give_way(n):
    for _ in range(n):
        await asyncio.sleep(0)


async def give_way_once():
    await asyncio.sleep(0)


async def nothing():
    pass


async def a_yield1():
    n = 300_000
    start = now()
    await give_way(n)
    per(start, n)


async def b_yield1000():
    tasks, steps = 1000, 500
    start = now()
    await asyncio.gather(*[give_way(steps) for _ in range(tasks)])
    per(start, tasks * steps)


async def c_spawn():
    rounds, tasks = 200, 1000
    start = now()
    for _ in range(rounds):
        await asyncio.gather(*[asyncio.create_task(nothing()) for _ in range(tasks)])
    per(start, rounds * tasks)


async def d_pingpong():
    n = 100_000
    new = asyncio.get_running_loop().create_future
    ping, pong = new(), new()

    async def echo():
        nonlocal ping
        for _ in range(n):
            await ping
            ping = new()
            pong.set_result(None)

    async def serve():
        nonlocal pong
        for _ in range(n):
            ping.set_result(None)
            await pong
            pong = new()

    start = now()
    await asyncio.gather(echo(), serve())
    per(start, n)


async def queue(size):
    n = 200_000
    q = asyncio.Queue(size)

    async def produce():
        for i in range(n):
            await q.put(i)

    start = now()
    producer = asyncio.create_task(produce())
    for _ in range(n):
        await q.get()
    await producer
    per(start, n)


async def e_queue1():
    await queue(1)


async def e_queue128():
    await queue(128)


async def g_callsoon():
    rounds, calls = 1000, 1000
    call_soon = asyncio.get_running_loop().call_soon
    start = now()
    for _ in range(rounds):
        for _ in range(calls):
            call_soon(nop)
        await asyncio.sleep(0)
    per(start, rounds * calls)


def nop():
    pass


async def posts(n, call, wait):
    """Have a thread post call n times, with a wait after each."""
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def post():
        for _ in range(n):
            loop.call_soon_threadsafe(call)
            wait()
        loop.call_soon_threadsafe(done.set_result, None)

    start = now()
    threading.Thread(target=post).start()
    await done
    per(start, n)


async def h_latency():
    signal = threading.Semaphore(0)
    await posts(30_000, signal.release, signal.acquire)


async def h_throughput():
    await posts(200_000, nop, nop)


async def i_mem():
    n = 100_000
    never = asyncio.get_running_loop().create_future()

    async def wait():
        await never

    gc.collect()
    before = resident()
    tasks = [asyncio.create_task(wait()) for _ in range(n)]
    await asyncio.sleep(0)
    print("%.0f B" % ((resident() - before) / n))
    never.set_result(None)
    await asyncio.wait(tasks)


def resident():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024


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
    loop, name = sys.argv[1:]
    job = globals().get(name)
    if job is None:
        print("- -")
    elif loop == "uvloop":
        import uvloop

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(job())
    else:
        asyncio.run(job())


main()
