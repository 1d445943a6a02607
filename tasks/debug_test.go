package tasks_test

// Awaits from goroutines that are not the task's.

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// elsewhere calls fn on another goroutine, and blocks its own until it returns.
func elsewhere[T any](fn func() T) T {
	c := make(chan T)
	go func() { c <- fn() }()
	return <-c
}

// In debug mode an await on another goroutine is refused while the task itself
// runs; without, it would run beside it.
func TestDebugFindsAwaitsElsewhere(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[int](ctx)
		awaits := map[string]func() error{
			"Sleep":  func() error { return tasks.Sleep(ctx, 0) },
			"Future": func() error { _, err := fut.Await(ctx); return err },
		}
		for name, await := range awaits {
			fails(t, name+" elsewhere", elsewhere(await), "wrong task(owner Task-1, running Task-1)")
		}
		fails(t, "Sleep here", tasks.Sleep(ctx, time.Second), "nil")
	}, runners.WithDebug())
}

// A wait on the task's own goroutine passes, in every kind of step.
func TestDebugAllowsAwaitsOfTheTask(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		for _, eager := range []bool{false, true} {
			for range 3 { // on a fresh stack, and on pooled ones
				task := tasks.Go(ctx, func(ctx context.Context) error {
					if err := tasks.Sleep(ctx, 0); err != nil {
						return err
					}
					inner := tasks.Create(ctx, after(time.Second, 1), tasks.Eager(eager))
					_, err := inner.Await(ctx)
					return err
				}, tasks.Eager(eager))
				_, err := task.Await(ctx)
				fails(t, "the task", err, "nil")
			}
		}
	}, runners.WithDebug())
}

// An iter.Pull of one's own around an await is another goroutine, too.
func TestDebugFindsAwaitsInAnotherPull(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		next, stop := iter.Pull(func(yield func(error) bool) { yield(tasks.Sleep(ctx, 0)) })
		defer stop()
		err, _ := next()
		fails(t, "the await in a Pull", err, "wrong task(owner Task-1, running Task-1)")
	}, runners.WithDebug())
}

// While another task runs, or none, an await elsewhere is refused in any case:
// nothing but the task's turn makes it the one that runs.
func TestAwaitElsewhereOutOfTurn(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		waiting := tasks.Create(ctx, futures.New[int](ctx).Await, tasks.WithName("waiting"))
		turns(ctx, 1)
		fails(t, "Sleep with the ctx of another task",
			elsewhere(func() error { return tasks.Sleep(waiting.Context(), 0) }), "wrong task(owner waiting, running Task-1)")
		callback := futures.New[error](ctx)
		eventloop.FromContext(ctx).CallSoon(func() {
			callback.SetResult(elsewhere(func() error { return tasks.Sleep(waiting.Context(), 0) }))
		})
		err, _ := callback.Await(ctx)
		fails(t, "Sleep while no task runs", err, "wrong task(owner waiting, running )")
	})
}
