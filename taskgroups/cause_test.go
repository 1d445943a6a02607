package taskgroups_test

// What led to the cancellation of a task that runs a group.

import (
	"context"
	"errors"
	"testing"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
)

func TestCauseReachesTheTasksOfAGroup(t *testing.T) {
	cause := errors.New("the disk is full")
	forever := func(ctx context.Context) error {
		_, err := futures.New[int](ctx).Await(ctx)
		return err
	}
	for _, tt := range []struct {
		name string
		body func(ctx context.Context) error
	}{
		{"in the body", forever},
		{"while it waits", func(context.Context) error { return nil }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				var child error
				parent := runGroup(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					g.Go(func(ctx context.Context) error {
						child = forever(ctx)
						if got := context.Cause(ctx); !errors.Is(got, cause) {
							t.Errorf("cause of the task's ctx: %v", got)
						}
						return child
					})
					return tt.body(ctx)
				})
				for range 3 {
					fails(t, "giving way", tasks.Sleep(ctx, 0), "nil")
				}
				parent.CancelCause(cause)
				_, err := parent.Await(ctx)
				for what, err := range map[string]error{"group": err, "task": child} {
					if !errors.Is(err, cause) {
						t.Errorf("%s: %v", what, err)
					}
				}
			})
		})
	}
}
