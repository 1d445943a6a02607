package taskgroups_test

// Cancellation at every step.

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
)

// yields returns a function that gives way n times and returns err. Cancelled, it
// gives way as often again to clean up.
func yields(n int, err error) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		for range n {
			if err := tasks.Sleep(ctx, 0); err != nil {
				for range n {
					tasks.Sleep(ctx, 0)
				}
				return err
			}
		}
		return err
	}
}

// Whenever the task of a group is cancelled, once or twice, the group ends, no
// task of it is left, and the cancellation is not lost.
func TestCancelAtEveryStep(t *testing.T) {
	type group = *taskgroups.Group
	tests := []struct {
		name string
		body func(ctx context.Context, g group) error
		want string // without a cancellation
	}{
		{"body and tasks", func(ctx context.Context, g group) error {
			g.Go(yields(2, nil))
			g.Go(yields(5, nil))
			return yields(3, nil)(ctx)
		}, "nil"},
		{"a task fails", func(ctx context.Context, g group) error {
			g.Go(yields(5, nil))
			g.Go(yields(3, errZero))
			return yields(1, nil)(ctx)
		}, "group[zero]"},
		{"the body fails", func(ctx context.Context, g group) error {
			g.Go(yields(5, nil))
			yields(3, nil)(ctx)
			return errMine
		}, "group[mine]"},
		{"a group in a group", func(ctx context.Context, g group) error {
			g.Go(yields(4, nil))
			return taskgroups.Run(ctx, func(ctx context.Context, inner group) error {
				inner.Go(yields(3, nil))
				inner.Go(func(ctx context.Context) error { return inner.Go(yields(3, nil)) })
				return yields(2, nil)(ctx)
			})
		}, "nil"},
		{"a failing group in a group that handles it", func(ctx context.Context, g group) error {
			g.Go(yields(8, nil))
			err := taskgroups.Run(ctx, func(ctx context.Context, inner group) error {
				inner.Go(yields(3, errZero))
				return yields(7, nil)(ctx)
			})
			if e := (*taskgroups.GroupError)(nil); errors.As(err, &e) {
				err = nil
			}
			if err != nil {
				return err
			}
			return yields(2, nil)(ctx)
		}, "nil"},
		{"Cancel", func(ctx context.Context, g group) error {
			g.Go(yields(5, nil))
			g.Go(func(ctx context.Context) error {
				defer g.Cancel()
				return yields(2, nil)(ctx)
			})
			return yields(9, nil)(ctx)
		}, "nil"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			const steps = 25
			for first := range steps {
				for second := first; second < steps; second++ {
					cancelAt(t, tt.body, tt.want, first, second)
				}
			}
		})
	}
}

// cancelAt runs a group and cancels its task in two iterations, or in one if they
// are the same.
func cancelAt(t *testing.T, body func(ctx context.Context, g *taskgroups.Group) error, want string, first, second int) {
	t.Helper()
	at := fmt.Sprintf("cancelled at %d and %d: ", first, second)
	run(t, func(ctx context.Context) {
		task := runGroup(ctx, body)
		accepted := 0
		for i := range second + 1 {
			if (i == first || i == second) && task.Cancel() {
				accepted++
			}
			wait(t, ctx, 0)
		}
		_, err := task.Await(ctx)
		switch {
		case accepted == 0:
			fails(t, at+"the group", err, want)
		case !futures.IsCancelled(err) && !isGroup(err):
			t.Errorf("%sthe group ended with %v", at, err)
		}
		equal(t, at+"Cancelling", task.Cancelling(), accepted)
		equal(t, at+"tasks left", len(tasks.All(ctx)), 1)
	})
}

func isGroup(err error) bool {
	_, ok := err.(*taskgroups.GroupError)
	return ok
}
