package threads_test

// Executors: the pool, those that misbehave, and the default one.

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
	"github.com/goasyncio/asyncio/timeouts"
)

// A pool runs as many at a time as it may, and no more.
func TestPoolLimit(t *testing.T) {
	for _, tt := range []struct {
		name string
		pool *threads.Pool
		want int
	}{
		{"1", threads.NewPool(1), 1},
		{"3", threads.NewPool(3), 3},
		{"default", new(threads.Pool), min(32, runtime.GOMAXPROCS(0)+4)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gate := make(chan struct{})
				var running, ran atomic.Int32
				for range 100 {
					tt.pool.Execute(func() {
						running.Add(1)
						<-gate
						running.Add(-1)
						ran.Add(1)
					})
				}
				for left := 100; left > 0; left-- {
					synctest.Wait()
					equal(t, "running", int(running.Load()), min(tt.want, left))
					gate <- struct{}{}
				}
				synctest.Wait()
				equal(t, "ran", int(ran.Load()), 100)
			})
		})
	}
}

// With a limit of one, it runs all in the order in which they came.
func TestPoolOrder(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		pool := threads.NewPool(1)
		var got, want []int
		var futs []tasks.Awaitable[struct{}]
		for i := range 100 {
			want = append(want, i)
			futs = append(futs, threads.RunInExecutor(ctx, pool, func(context.Context) (struct{}, error) {
				got = append(got, i)
				return struct{}{}, nil
			}))
		}
		_, err := tasks.Gather(ctx, futs...).Await(ctx)
		fails(t, "the gather", err, "nil")
		equal(t, "order", got, want)
	})
}

// It keeps no goroutine that has nothing to do.
func TestPoolKeepsNoGoroutines(t *testing.T) {
	leak.Check(t) // though the pool is never closed
	pool := threads.NewPool(4)
	for range 3 {
		var wg sync.WaitGroup
		for range 20 {
			wg.Add(1)
			pool.Execute(wg.Done)
		}
		wg.Wait()
	}
}

// A function that takes its goroutine along does not make the pool smaller.
func TestGoexitInThePool(t *testing.T) {
	leak.Check(t)
	pool := threads.NewPool(2)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Add(1)
		pool.Execute(func() {
			defer wg.Done()
			if i%2 == 0 {
				runtime.Goexit()
			}
		})
	}
	wg.Wait()
}

func TestPoolMisuse(t *testing.T) {
	equal(t, "no limit", panics(func() { threads.NewPool(0) }), "asyncio: NewPool with a limit below 1")
	equal(t, "no function", panics(func() { new(threads.Pool).Execute(nil) }), "asyncio: Execute of a nil function")
}

// An executor may refuse.
func TestExecutorThatFails(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		full := threads.ExecutorFunc(func(func()) error { return errTest })
		_, err := threads.RunInExecutor(ctx, full, value(1)).Await(ctx)
		fails(t, "RunInExecutor", err, errTest.Error())
		threads.SetDefaultExecutor(eventloop.FromContext(ctx), full)
		_, err = threads.ToThread(ctx, value(1))
		fails(t, "ToThread", err, errTest.Error())
	})
	// Nothing is left to wait for.
	fails(t, "a run that goes on", runErr(func(ctx context.Context) error {
		threads.RunInExecutor(ctx, threads.ExecutorFunc(func(func()) error { return errTest }), value(1)).Cancel()
		_, err := futures.New[int](ctx).Await(ctx)
		return err
	}), `deadlock["Task-1 waits for future 1"]`)
}

// One that panics does so in the task; nothing is left in flight.
func TestExecutorThatPanics(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var kept func()
		bad := threads.ExecutorFunc(func(job func()) error { kept = job; panic("boom") })
		equal(t, "the panic", panics(func() { threads.RunInExecutor(ctx, bad, value(1)) }), "boom")
		kept() // which does nothing any more
		turns(ctx, 1)
		fails(t, "Shutdown", threads.ShutdownDefaultExecutor(ctx, timeouts.Never), "nil")
	})
}

// One that calls a function where it stands, or twice, gets away with it.
func TestExecutorThatIsOdd(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		calls := 0
		fn := func(context.Context) (int, error) { calls++; return calls, nil }
		now := threads.ExecutorFunc(func(job func()) error { job(); return nil })
		v, err := threads.RunInExecutor(ctx, now, fn).Await(ctx)
		outcome(t, "at once", v, err, 1)
		twice := threads.ExecutorFunc(func(job func()) error { job(); job(); return nil })
		v, err = threads.RunInExecutor(ctx, twice, fn).Await(ctx)
		outcome(t, "twice", v, err, 2)
		lying := threads.ExecutorFunc(func(job func()) error { job(); return errTest })
		_, err = threads.RunInExecutor(ctx, lying, fn).Await(ctx)
		fails(t, "called and refused", err, errTest.Error())
		equal(t, "calls", calls, 3)
		turns(ctx, 2)
	})
}

func TestSetDefaultExecutor(t *testing.T) {
	leak.Check(t)
	var after *eventloop.Loop
	run(t, func(ctx context.Context) {
		l := eventloop.FromContext(ctx)
		after = l
		used := 0
		threads.SetDefaultExecutor(l, threads.ExecutorFunc(func(job func()) error { used++; go job(); return nil }))
		v, err := threads.ToThread(ctx, value(1))
		outcome(t, "ToThread", v, err, 1)
		v, err = threads.RunInExecutor(ctx, nil, value(2)).Await(ctx)
		outcome(t, "RunInExecutor", v, err, 2)
		v, err = threads.RunInExecutor(ctx, new(threads.Pool), value(3)).Await(ctx)
		outcome(t, "RunInExecutor with another", v, err, 3)
		equal(t, "used", used, 2)
		equal(t, "nil", panics(func() { threads.SetDefaultExecutor(l, nil) }), "asyncio: SetDefaultExecutor(nil)")
	})
	threads.SetDefaultExecutor(after, new(threads.Pool)) // does nothing
}

// shutdown_default_executor waits for what is in flight, queued calls too, and lets
// nothing new in.
func TestShutdownWaits(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l := eventloop.FromContext(ctx)
		threads.SetDefaultExecutor(l, threads.NewPool(1))
		gate := make(chan struct{})
		var got []int
		var futs []*futures.Future[int]
		for i := range 3 {
			futs = append(futs, threads.RunInExecutor(ctx, nil, func(ctx context.Context) (int, error) {
				<-gate
				got = append(got, i)
				return i, ctx.Err()
			}))
		}
		tasks.Go(ctx, func(ctx context.Context) error {
			_, err := threads.ToThread(ctx, value(1))
			fails(t, "a call during the shutdown", err, threads.ErrShutdown.Error())
			close(gate)
			return nil
		})
		fails(t, "Shutdown", threads.ShutdownDefaultExecutor(ctx, timeouts.Never), "nil")
		equal(t, "ran", got, []int{0, 1, 2})
		for i, f := range futs {
			v, err := f.Result()
			outcome(t, "a call in flight", v, err, i)
		}
		_, err := threads.ToThread(ctx, value(1))
		fails(t, "a call after it", err, threads.ErrShutdown.Error())
		v, err := threads.RunInExecutor(ctx, new(threads.Pool), value(1)).Await(ctx)
		outcome(t, "a call for another executor", v, err, 1)
		fails(t, "Shutdown again", threads.ShutdownDefaultExecutor(ctx, 0), "nil")
	})
}

// When its time is over it tells the functions to end.
func TestShutdownTimeout(t *testing.T) {
	leak.Check(t)
	bubble(t, func(ctx context.Context) {
		fut := threads.RunInExecutor(ctx, nil, func(ctx context.Context) (int, error) {
			<-ctx.Done()
			return 0, context.Cause(ctx)
		})
		start := eventloop.FromContext(ctx).Time()
		err := threads.ShutdownDefaultExecutor(ctx, time.Minute)
		fails(t, "Shutdown", err, "timeout")
		equal(t, "time", eventloop.FromContext(ctx).Time()-start, time.Minute)
		_, err = fut.Await(ctx)
		equal(t, "the function was told why", errors.Is(err, threads.ErrShutdown), true)
	})
}

func TestShutdownIsCancelled(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		gate := make(chan struct{})
		fut := threads.RunInExecutor(ctx, nil, func(context.Context) (int, error) { <-gate; return 1, nil })
		task := tasks.Go(ctx, func(ctx context.Context) error { return threads.ShutdownDefaultExecutor(ctx, time.Hour) })
		turns(ctx, 2)
		task.Cancel()
		_, err := task.Await(ctx)
		fails(t, "Shutdown", err, "cancelled()")
		close(gate)
		v, err := fut.Await(ctx)
		outcome(t, "the call in flight", v, err, 1)
	})
}

// A thousand tasks share a pool.
func TestThousandTasksOnOnePool(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		const n = 1000
		var running, most atomic.Int32
		threads.SetDefaultExecutor(eventloop.FromContext(ctx), threads.NewPool(5))
		calls := make([]atomic.Int32, n)
		all := make([]*tasks.Task[int], n)
		for i := range all {
			all[i] = tasks.Create(ctx, func(ctx context.Context) (int, error) {
				return threads.ToThread(ctx, func(context.Context) (int, error) {
					most.Store(max(most.Load(), running.Add(1)))
					runtime.Gosched()
					running.Add(-1)
					calls[i].Add(1)
					return i, nil
				})
			})
		}
		turns(ctx, 3)
		var cancelled []int
		for i := 0; i < n; i += 7 {
			all[i].Cancel()
			cancelled = append(cancelled, i)
		}
		for i, task := range all {
			v, err := task.Await(ctx)
			if slices.Contains(cancelled, i) && err != nil {
				fails(t, "a cancelled task", err, "cancelled()")
				continue
			}
			if err != nil || v != i || calls[i].Load() != 1 {
				t.Errorf("task %d: %d, %v, called %d times", i, v, err, calls[i].Load())
			}
		}
		if m := most.Load(); m > 5 {
			t.Errorf("%d ran at once, want 5 at most", m)
		}
		fails(t, "Shutdown", threads.ShutdownDefaultExecutor(ctx, timeouts.Never), "nil")
		for i := range calls {
			if calls[i].Load() > 1 {
				t.Errorf("function %d was called %d times", i, calls[i].Load())
			}
		}
	})
}
