package tasks_test

// What led to a cancellation, as everybody sees it.

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// errCause is what leads to the cancellations of this file.
var errCause = errors.New("the disk is full")

// forever waits until something ends it.
func forever(ctx context.Context) (int, error) { return futures.New[int](ctx).Await(ctx) }

// because fails t unless err is a cancellation with the message and the cause.
func because(t testing.TB, what string, err error, msg string, cause error) {
	t.Helper()
	var c *futures.CancelledError
	if !errors.As(err, &c) || !futures.IsCancelled(err) {
		t.Errorf("%s: %v, want a cancellation", what, err)
		return
	}
	if c.Msg != msg || c.Err != cause {
		t.Errorf("%s: message %q, cause %v; want %q, %v", what, c.Msg, c.Err, msg, cause)
	}
}

// mute hides what is optional of an awaitable, as a third party's may lack it.
type mute struct{ coro.Awaitable }

func TestCauseReachesEveryAwaiter(t *testing.T) {
	type body = func(ctx context.Context) (int, error)
	for _, tt := range []struct {
		name  string
		body  body
		early bool // cancel before the first step
	}{
		{name: "waits", body: forever},
		{name: "not started", body: forever, early: true},
		{name: "sleeps", body: after(time.Hour, 1)},
		{name: "returns another cancellation", body: func(ctx context.Context) (int, error) {
			forever(ctx)
			return 0, &futures.CancelledError{Msg: "mine"}
		}},
		{name: "returns the error of its ctx", body: func(ctx context.Context) (int, error) {
			forever(ctx)
			return 0, fmt.Errorf("get: %w", ctx.Err())
		}},
		{name: "wraps the error", body: func(ctx context.Context) (int, error) {
			v, err := forever(ctx)
			return v, fmt.Errorf("wrapped: %w", err)
		}},
		{name: "waits for a task", body: func(ctx context.Context) (int, error) {
			return tasks.Create(ctx, tasks.Coro(forever).Await).Await(ctx)
		}},
		{name: "waits for a gather of tasks", body: func(ctx context.Context) (int, error) {
			_, err := tasks.Gather[int](ctx, tasks.Coro(forever), tasks.Coro(forever)).Await(ctx)
			return 0, err
		}},
		{name: "waits for one of a third party", body: func(ctx context.Context) (int, error) {
			return 0, coro.Await(ctx, mute{futures.New[int](ctx)})
		}},
		{name: "waits within a timeout", body: func(ctx context.Context) (int, error) {
			return tasks.WaitFor(ctx, tasks.Coro(forever), time.Hour)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				var of error // of the ctx
				task := tasks.Create(ctx, func(ctx context.Context) (int, error) {
					defer func() { of = context.Cause(ctx) }()
					return tt.body(ctx)
				})
				shield := tasks.Shield(ctx, task)
				var awaiters []*tasks.Task[int]
				for range 3 {
					awaiters = append(awaiters, tasks.Create(ctx, func(ctx context.Context) (int, error) {
						return tasks.Shield(ctx, task).Await(ctx)
					}))
				}
				if !tt.early {
					turns(ctx, 3)
				}
				equal(t, "accepted", task.CancelCause(errCause, "stop"), true)
				settled, err := tasks.GatherSettled[int](ctx, awaiters[0], awaiters[1], awaiters[2]).Await(ctx)
				fails(t, "gather", err, "nil")
				for i, r := range settled {
					if !errors.Is(r.Err, errCause) || !futures.IsCancelled(r.Err) {
						t.Errorf("awaiter %d: %v", i, r.Err)
					}
				}
				for i := range 3 {
					_, err := task.Result()
					if !errors.Is(err, errCause) || !futures.IsCancelled(err) {
						t.Errorf("result %d: %v", i, err)
					}
				}
				_, err = task.Result()
				because(t, "a later one", err, "", errCause)
				_, err = shield.Result()
				because(t, "the shield", err, "", errCause)
				if !tt.early {
					because(t, "cause of the ctx", of, "stop", errCause)
				}
			})
		})
	}
}

// The cause goes down through all that is awaited.
func TestCauseGoesDown(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		leaf := futures.New[int](ctx)
		other := futures.New[int](ctx)
		mid := tasks.Create(ctx, leaf.Await)
		top := tasks.Create(ctx, func(ctx context.Context) ([]int, error) {
			return tasks.Gather[int](ctx, mid, other).Await(ctx)
		})
		turns(ctx, 3)
		top.CancelCause(errCause, "stop")
		_, err := top.Await(ctx)
		because(t, "the top", err, "stop", errCause)
		because(t, "the leaf", leaf.Err(), "stop", errCause)
		because(t, "the other", other.Err(), "stop", errCause)
		because(t, "the task between", mid.Err(), "stop", errCause)
		because(t, "the task between, later", mid.Err(), "", errCause)
	})
}

// A request that comes before the task waits is passed on with its cause.
func TestCauseOfAPendingRequestGoesDown(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		leaf := futures.New[int](ctx)
		var task *tasks.Task[int]
		task = tasks.Create(ctx, func(ctx context.Context) (int, error) {
			task.CancelCause(errCause, "stop")
			return leaf.Await(ctx)
		})
		_, err := task.Await(ctx)
		because(t, "the task", err, "stop", errCause)
		because(t, "the leaf", leaf.Err(), "stop", errCause)
	})
}

func TestCauseOfSeveralRequests(t *testing.T) {
	second := errors.New("second")
	for _, tt := range []struct {
		name string
		ask  func(task *tasks.Task[int])
		want error
	}{
		{"one without a cause follows", func(task *tasks.Task[int]) {
			task.CancelCause(errCause)
			task.Cancel()
		}, errCause},
		{"one with a cause follows", func(task *tasks.Task[int]) {
			task.CancelCause(errCause)
			task.CancelCause(second)
		}, second},
		{"taken back", func(task *tasks.Task[int]) {
			task.CancelCause(errCause)
			task.Uncancel()
			task.Cancel()
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				task := tasks.Create(ctx, forever)
				tt.ask(task) // before the first step
				for i := range 2 {
					_, err := task.Await(ctx)
					because(t, fmt.Sprint("await ", i), err, "", tt.want)
				}
			})
		})
	}
}

// A cause that was dealt with is none of what comes later.
func TestCauseEndsWithItsRequest(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		f := futures.New[int](ctx)
		var task *tasks.Task[int]
		task = tasks.Create(ctx, func(ctx context.Context) (int, error) {
			_, err := forever(ctx)
			because(t, "first", err, "", errCause)
			task.Uncancel()
			return f.Await(ctx)
		})
		turns(ctx, 1)
		task.CancelCause(errCause)
		turns(ctx, 2)
		f.Cancel("other")
		_, err := task.Await(ctx)
		because(t, "first awaiter", err, "other", nil)
		_, err = task.Await(ctx)
		because(t, "second awaiter", err, "", nil)
	})
}

// Tasks that wait for each other in a circle.
func TestCauseInACircle(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var a, b *tasks.Task[int]
		a = tasks.Create(ctx, func(ctx context.Context) (int, error) { return b.Await(ctx) })
		b = tasks.Create(ctx, func(ctx context.Context) (int, error) { return a.Await(ctx) })
		turns(ctx, 2)
		a.CancelCause(errCause, "stop")
		_, err := a.Await(ctx)
		because(t, "the first", err, "", errCause)
		_, err = b.Await(ctx) // which has awaited the first
		because(t, "the second", err, "stop", errCause)
	})
}

func ExampleTask_CancelCause() {
	errFull := errors.New("the disk is full")
	runErr(func(ctx context.Context) error {
		task := tasks.Go(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) })
		tasks.Sleep(ctx, 0)
		task.CancelCause(errFull)
		for range 2 { // whoever awaits it
			_, err := task.Await(ctx)
			fmt.Println(err, errors.Is(err, errFull))
		}
		return nil
	})
	// Output:
	// asyncio: cancelled true
	// asyncio: cancelled true
}
