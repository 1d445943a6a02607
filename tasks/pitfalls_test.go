package tasks_test

// Traps for an implementation like this one, each found by falling into it.

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// A wake-up that comes when its wait has ended must not end the next one. Each
// case ends an await in two ways within one iteration; the sleep that follows
// lasts its time.
func TestStaleWakeUps(t *testing.T) {
	type scene struct {
		cancelCtx func() // ends the ctx of the await
		complete  func() // completes what is awaited
		cancel    func() // cancels the task
	}
	for _, tt := range []struct {
		name string
		do   func(s scene)
		want string
	}{
		{"completed, then ctx ended", func(s scene) { s.complete(); s.cancelCtx() }, "nil"},
		{"ctx ended, then completed", func(s scene) { s.cancelCtx(); s.complete() }, "nil"},
		{"ctx ended, then cancelled", func(s scene) { s.cancelCtx(); s.cancel() }, "cancelled(c)"},
		{"cancelled, then ctx ended", func(s scene) { s.cancel(); s.cancelCtx() }, "cancelled(c)"},
		{"completed, then cancelled", func(s scene) { s.complete(); s.cancel() }, "cancelled(c)"},
		{"cancelled, then completed", func(s scene) { s.cancel(); s.complete() }, "cancelled(c)"},
		{"all", func(s scene) { s.complete(); s.cancel(); s.cancelCtx() }, "cancelled(c)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				fut := futures.New[int](ctx)
				var s scene
				task := tasks.Go(ctx, func(ctx context.Context) error {
					derived, cancel := context.WithCancel(ctx)
					defer cancel()
					s.cancelCtx = cancel
					_, err := fut.Await(derived)
					fails(t, "the await", err, tt.want)
					start := now(ctx)
					fails(t, "the sleep after it", tasks.Sleep(ctx, time.Second), "nil")
					equal(t, "time of the sleep", now(ctx)-start, time.Second)
					return nil
				})
				s.complete = func() { fut.SetResult(1) }
				s.cancel = func() { task.Cancel("c") }
				turns(ctx, 1)
				tt.do(s)
				_, err := task.Await(ctx)
				fails(t, "the task", err, "nil")
			})
		})
	}
}

// The end of a ctx that was awaited with before is nothing to a later await.
func TestContextEndsAfterItsAwait(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		for _, await := range []func(ctx context.Context) error{
			func(ctx context.Context) error { return tasks.Sleep(ctx, time.Second) },
			func(ctx context.Context) error { return tasks.Sleep(ctx, 0) },
			func(ctx context.Context) error {
				_, err := tasks.WaitFor(ctx, tasks.Create(ctx, after(0, 1)), 1)
				return err
			},
		} {
			derived, cancel := context.WithCancel(ctx)
			fails(t, "the await", await(derived), "nil")
			eventloop.FromContext(ctx).CallLater(time.Second, cancel)
			fails(t, "the later sleep", tasks.Sleep(ctx, 2*time.Second), "nil")
			fails(t, "derived.Err", derived.Err(), context.Canceled.Error())
		}
	})
}

// So for a ctx that ends while the task is ready, and for one that has thrown
// its error already.
func TestContextEndsOnce(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[int](ctx)
		task := tasks.Go(ctx, func(ctx context.Context) error {
			derived, cancel := context.WithCancel(ctx)
			eventloop.FromContext(ctx).CallSoon(cancel)
			_, err := fut.Await(derived)
			fails(t, "the await", err, context.Canceled.Error())
			cancel()
			return tasks.Sleep(ctx, time.Second)
		})
		turns(ctx, 4)
		fut.SetResult(1) // nobody waits for it any more
		_, err := task.Await(ctx)
		fails(t, "the task", err, "nil")
		equal(t, "time", now(ctx), time.Second)
	})
}

// Tasks that await each other in a circle wait for ever, but can be cancelled:
// the request must not go round and round.
func TestCancelOfACircle(t *testing.T) {
	for name, join := range map[string]func(ctx context.Context, other tasks.Awaitable[int]) (int, error){
		"tasks": func(ctx context.Context, other tasks.Awaitable[int]) (int, error) { return other.Await(ctx) },
		"gathers": func(ctx context.Context, other tasks.Awaitable[int]) (int, error) {
			_, err := tasks.Gather(ctx, other, tasks.Coro(after(time.Hour, 0)), other).Await(ctx)
			return 0, err
		},
		"timeouts": func(ctx context.Context, other tasks.Awaitable[int]) (int, error) {
			return tasks.WaitFor(ctx, other, time.Hour)
		},
	} {
		for n := range 4 {
			t.Run(fmt.Sprintf("%s/%d", name, n+1), func(t *testing.T) {
				leak.Check(t)
				run(t, func(ctx context.Context) {
					circle := make([]*tasks.Task[int], n+1)
					for i := range circle {
						circle[i] = tasks.Create(ctx, func(ctx context.Context) (int, error) {
							turns(ctx, 1)
							if n == 0 { // itself, by a gather of one
								_, err := tasks.Gather(ctx, circle[0]).Await(ctx)
								return 0, err
							}
							return join(ctx, circle[(i+1)%len(circle)])
						})
					}
					turns(ctx, 3)
					equal(t, "Cancel", circle[0].Cancel("cut"), true)
					turns(ctx, 4*len(circle))
					for _, task := range circle {
						equal(t, task.Name()+" cancelled", task.Cancelled(), true)
					}
					equal(t, "Cancelling", circle[0].Cancelling(), 1)
				})
			})
		}
	}
}

// A circle is a deadlock, which names it, and which Run gets out of.
func TestDeadlockOfACircle(t *testing.T) {
	leak.Check(t)
	var r reports
	err := runErr(func(ctx context.Context) error {
		var a, b *tasks.Task[int]
		a = tasks.Create(ctx, func(ctx context.Context) (int, error) { return b.Await(ctx) }, tasks.WithName("a"))
		b = tasks.Create(ctx, func(ctx context.Context) (int, error) { return a.Await(ctx) }, tasks.WithName("b"))
		_, err := a.Await(ctx)
		return err
	}, r.option())
	fails(t, "the run", err, `deadlock["Task-1 waits for a" "a waits for b" "b waits for a"]`)
	equal(t, "reports", r.lines, nil)
}

// A cancellation goes down a long chain, and its error comes up.
func TestCancelOfALongChain(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		const n = 10_000
		fut := futures.New[int](ctx)
		var top tasks.Awaitable[int] = fut
		var task *tasks.Task[int]
		for range n {
			below := top
			task = tasks.Create(ctx, func(ctx context.Context) (int, error) { return below.Await(ctx) })
			top = task
		}
		turns(ctx, 1)
		task.Cancel("down")
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled(down)")
		equal(t, "fut cancelled", fut.Cancelled(), true)
	})
}

// Locking the goroutine of Run to its thread is fine.
func TestRunOnALockedThread(t *testing.T) {
	leak.Check(t)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	run(t, func(ctx context.Context) {
		v, err := tasks.Gather(ctx, tasks.Coro(after(time.Second, 1)), tasks.Coro(after(0, 2))).Await(ctx)
		outcome(t, "the gather", v, err, []int{1, 2})
	})
}

// A task that does nothing but give way, alone on its loop, still lets the world
// in.
func TestLoneTaskThatGivesWay(t *testing.T) {
	leak.Check(t)
	fails(t, "the run", runners.Run(context.Background(), func(ctx context.Context) error {
		l := eventloop.FromContext(ctx)
		posted := false
		go l.CallSoonThreadsafe(func() { posted = true })
		for !posted {
			tasks.Sleep(ctx, 0)
		}
		derived, cancel := context.WithCancel(ctx)
		go cancel()
		for tasks.Sleep(derived, 0) == nil {
		}
		due := false
		l.CallLater(time.Microsecond, func() { due = true })
		for !due {
			tasks.Sleep(ctx, 0)
		}
		tasks.Current(ctx).Cancel("own")
		fails(t, "a cancelled await", tasks.Sleep(ctx, 0), "cancelled(own)")
		return nil
	}), "nil")
}
