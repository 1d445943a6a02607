// Command peertasks runs one small job on the library and prints how long it
// took, as "value unit". The jobs are those that comparisons of event loops
// usually have, in the same structure as for asyncio: with Gather where that
// gathers, in the library's normal configuration.
package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/internal/peers/resident"
)

// jobs are the jobs by name. Each prints its own result.
var jobs = map[string]func(ctx context.Context) error{
	"a_yield1":     yield1,
	"b_yield1000":  yield1000,
	"c_spawn":      spawn,
	"d_pingpong":   pingPong,
	"e_queue1":     func(ctx context.Context) error { return queue(ctx, 1) },
	"e_queue128":   func(ctx context.Context) error { return queue(ctx, 128) },
	"f_timers1e5":  func(ctx context.Context) error { return timers(ctx, 1e5) },
	"f_timers1e6":  func(ctx context.Context) error { return timers(ctx, 1e6) },
	"g_callsoon":   callSoon,
	"h_latency":    latency,
	"h_throughput": throughput,
	"i_mem":        memory,
	"l_gather1000": gather1000,
	"m_timeout":    timeout,
	"n_group100":   group100,
	"o_lock":       freeLock,
	"p_lock2":      func(ctx context.Context) error { return sharedLock(ctx, 2) },
	"p_lock100":    func(ctx context.Context) error { return sharedLock(ctx, 100) },
	"none":         func(context.Context) error { return nil }, // a cold start
}

func main() {
	if len(os.Args) != 2 || jobs[os.Args[1]] == nil {
		if len(os.Args) == 2 {
			fmt.Println("- -") // no such job here
			return
		}
		fmt.Fprintln(os.Stderr, "usage: peertasks JOB; jobs:", strings.Join(slices.Sorted(maps.Keys(jobs)), " "))
		os.Exit(2)
	}
	if err := asyncio.Run(context.Background(), jobs[os.Args[1]]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// per prints the time since start for each of n operations.
func per(start time.Time, n int) {
	fmt.Printf("%.2f ns\n", float64(time.Since(start))/float64(n))
}

func yield1(ctx context.Context) error {
	const n = 5_000_000
	start := time.Now()
	if err := giveWay(ctx, n); err != nil {
		return err
	}
	per(start, n)
	return nil
}

// giveWay gives way n times.
func giveWay(ctx context.Context, n int) error {
	for range n {
		if err := asyncio.Sleep(ctx, 0); err != nil {
			return err
		}
	}
	return nil
}

func yield1000(ctx context.Context) error {
	const tasks, steps = 1000, 3000
	start := time.Now()
	if err := gather(ctx, tasks, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, giveWay(ctx, steps)
	}); err != nil {
		return err
	}
	per(start, tasks*steps)
	return nil
}

// gather gathers n coroutines of fn.
func gather(ctx context.Context, n int, fn func(context.Context) (struct{}, error)) error {
	aws := make([]asyncio.Awaitable[struct{}], n)
	for i := range aws {
		aws[i] = asyncio.Coro(fn)
	}
	_, err := asyncio.Gather(ctx, aws...).Await(ctx)
	return err
}

func nothing(context.Context) (struct{}, error) { return struct{}{}, nil }

func spawn(ctx context.Context) error {
	const rounds, tasks = 1000, 1000
	start := time.Now()
	aws := make([]asyncio.Awaitable[struct{}], tasks)
	for range rounds {
		for i := range aws {
			aws[i] = asyncio.CreateTask(ctx, nothing)
		}
		if _, err := asyncio.Gather(ctx, aws...).Await(ctx); err != nil {
			return err
		}
	}
	per(start, rounds*tasks)
	return nil
}

func pingPong(ctx context.Context) error {
	const n = 1_000_000
	f, g := asyncio.NewFuture[int](ctx), asyncio.NewFuture[int](ctx)
	start := time.Now()
	_, err := asyncio.Gather[struct{}](ctx,
		asyncio.Coro(func(ctx context.Context) (none struct{}, err error) {
			for range n {
				if _, err := f.Await(ctx); err != nil {
					return none, err
				}
				f = asyncio.NewFuture[int](ctx)
				g.SetResult(0)
			}
			return none, nil
		}),
		asyncio.Coro(func(ctx context.Context) (none struct{}, err error) {
			for range n {
				f.SetResult(0)
				if _, err := g.Await(ctx); err != nil {
					return none, err
				}
				g = asyncio.NewFuture[int](ctx)
			}
			return none, nil
		}),
	).Await(ctx)
	per(start, n)
	return err
}

func queue(ctx context.Context, size int) error {
	const n = 2_000_000
	q := asyncio.NewQueue[int](size)
	start := time.Now()
	producer := asyncio.Go(ctx, func(ctx context.Context) error {
		for i := range n {
			if err := q.Put(ctx, i); err != nil {
				return err
			}
		}
		return nil
	})
	for range n {
		if _, err := q.Get(ctx); err != nil {
			return err
		}
	}
	_, err := producer.Await(ctx)
	per(start, n)
	return err
}

func timers(ctx context.Context, n int) error {
	start := time.Now()
	aws := make([]asyncio.Awaitable[struct{}], n)
	for i := range aws {
		aws[i] = asyncio.Go(ctx, func(ctx context.Context) error {
			return asyncio.Sleep(ctx, time.Duration(rand.Int63n(100e6)))
		})
	}
	_, err := asyncio.Gather(ctx, aws...).Await(ctx)
	fmt.Printf("%.4f s\n", time.Since(start).Seconds())
	return err
}

func callSoon(ctx context.Context) error {
	const rounds, calls = 2000, 1000
	loop := asyncio.RunningLoop(ctx)
	nop := func() {}
	start := time.Now()
	for range rounds {
		for range calls {
			loop.CallSoon(nop)
		}
		if err := asyncio.Sleep(ctx, 0); err != nil {
			return err
		}
	}
	per(start, rounds*calls)
	return nil
}

func latency(ctx context.Context) error {
	const n = 100_000
	loop := asyncio.RunningLoop(ctx)
	defer loop.Hold()()
	done := asyncio.NewFuture[int](ctx)
	start := time.Now()
	go func() {
		runtime.LockOSThread()
		signal := make(chan struct{}, 1)
		release := func() { signal <- struct{}{} }
		for range n {
			loop.CallSoonThreadsafe(release)
			<-signal
		}
		loop.CallSoonThreadsafe(func() { done.SetResult(0) })
	}()
	_, err := done.Await(ctx)
	per(start, n)
	return err
}

func throughput(ctx context.Context) error {
	const n = 1_000_000
	loop := asyncio.RunningLoop(ctx)
	defer loop.Hold()()
	done := asyncio.NewFuture[int](ctx)
	nop := func() {}
	start := time.Now()
	go func() {
		for range n {
			loop.CallSoonThreadsafe(nop)
		}
		loop.CallSoonThreadsafe(func() { done.SetResult(0) })
	}()
	_, err := done.Await(ctx)
	per(start, n)
	return err
}

func memory(ctx context.Context) error {
	const n = 100_000
	never := asyncio.NewFuture[int](ctx)
	runtime.GC()
	before := resident.Bytes()
	for range n {
		asyncio.CreateTask(ctx, func(ctx context.Context) (int, error) { return never.Await(ctx) })
	}
	if err := asyncio.Sleep(ctx, 0); err != nil {
		return err
	}
	fmt.Printf("%.0f B\n", (resident.Bytes()-before)/n)
	never.SetResult(0)
	return nil
}
