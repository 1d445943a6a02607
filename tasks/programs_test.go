package tasks_test

// The small programs that the tests in everystep_test.go interrupt.

import (
	"context"
	"errors"
	"time"

	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// A program awaits, cleans up what it has started, and returns the error of the
// await that failed, or nil.
type program = func(ctx context.Context) error

// programs await in many ways.
var programs = map[string]program{
	"sleeps": func(ctx context.Context) error {
		return first(
			func() error { return tasks.Sleep(ctx, 0) },
			func() error { return tasks.Sleep(ctx, time.Second) },
			func() error { return tasks.Sleep(ctx, 0) },
		)
	},
	"child": func(ctx context.Context) error {
		child := tasks.Create(ctx, after(time.Second, 1))
		defer child.Cancel()
		_, err := child.Await(ctx)
		return err
	},
	"grandchildren": func(ctx context.Context) error {
		child := tasks.Go(ctx, func(ctx context.Context) error {
			grand := tasks.Create(ctx, after(time.Second, 1))
			defer grand.Cancel()
			_, err := grand.Await(ctx)
			return err
		})
		defer child.Cancel()
		_, err := child.Await(ctx)
		return err
	},
	"gather": func(ctx context.Context) error {
		g := tasks.Gather(ctx, tasks.Coro(after(0, 1)), tasks.Coro(after(time.Second, 1)), tasks.Coro(after(2*time.Second, 1)))
		defer g.Cancel()
		_, err := g.Await(ctx)
		return err
	},
	"settled gather": func(ctx context.Context) error {
		g := tasks.GatherSettled(ctx, tasks.Coro(failing(time.Second, errTest)), tasks.Coro(after(2*time.Second, 1)))
		defer g.Cancel()
		_, err := g.Await(ctx)
		return err
	},
	"shield": func(ctx context.Context) error {
		inner := tasks.Create(ctx, after(time.Second, 1))
		defer inner.Cancel()
		_, err := tasks.Shield(ctx, inner).Await(ctx)
		return err
	},
	"wait": func(ctx context.Context) error {
		a, b := tasks.Create(ctx, after(time.Second, 1)), tasks.Create(ctx, after(3*time.Second, 1))
		defer a.Cancel()
		defer b.Cancel()
		_, _, err := tasks.Wait(ctx, []*tasks.Task[int]{a, b}, tasks.FirstCompleted, time.Minute)
		if err != nil {
			return err
		}
		_, _, err = tasks.Wait(ctx, []*tasks.Task[int]{a, b}, tasks.AllCompleted, time.Second)
		return err
	},
	"wait for": func(ctx context.Context) error {
		_, err := tasks.WaitFor(ctx, tasks.Coro(after(time.Second, 1)), time.Minute)
		return err
	},
	"wait for too long": func(ctx context.Context) error {
		task := tasks.Create(ctx, after(time.Minute, 1))
		defer task.Cancel()
		return notTimeout(tasks.WaitFor(ctx, task, time.Second))
	},
	"wait for, without time": func(ctx context.Context) error {
		task := tasks.Create(ctx, after(time.Minute, 1))
		defer task.Cancel()
		if err := tasks.Sleep(ctx, 0); err != nil {
			return err
		}
		return notTimeout(tasks.WaitFor(ctx, task, 0))
	},
	"as completed": func(ctx context.Context) error {
		a, b := tasks.Create(ctx, after(2*time.Second, 1)), tasks.Create(ctx, after(time.Second, 1))
		defer a.Cancel()
		defer b.Cancel()
		for _, err := range tasks.AsCompleted(ctx, time.Minute, a, b).Results(ctx) {
			if err != nil {
				return err
			}
		}
		return nil
	},
	"timeout": func(ctx context.Context) error {
		return timeouts.Run(ctx, time.Minute, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Second) })
	},
	"timeouts that expire": func(ctx context.Context) error {
		return notTimeout(0, timeouts.Run(ctx, 3*time.Second, func(ctx context.Context) error {
			err := notTimeout(0, timeouts.Run(ctx, time.Second, func(ctx context.Context) error {
				return tasks.Sleep(ctx, time.Hour)
			}))
			if err != nil {
				return err
			}
			return tasks.Sleep(ctx, time.Hour)
		}))
	},
	"cleanup that awaits": func(ctx context.Context) error {
		err := tasks.Sleep(ctx, time.Second)
		if err2 := tasks.Sleep(ctx, time.Second); err == nil {
			err = err2
		}
		return err
	},
}

// first calls functions until one fails.
func first(fns ...func() error) error {
	for _, fn := range fns {
		if err := fn(); err != nil {
			return err
		}
	}
	return nil
}

// notTimeout is err, unless that is a timeout.
func notTimeout[T any](_ T, err error) error {
	var timeout *timeouts.TimeoutError
	if errors.As(err, &timeout) {
		return nil
	}
	return err
}
