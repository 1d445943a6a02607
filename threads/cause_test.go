package threads_test

// What led to the cancellation of a job.

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
)

func TestCauseReachesTheTaskOfAJob(t *testing.T) {
	cause := errors.New("the disk is full")
	for _, tt := range []struct {
		name  string
		turns int // before the cancel
	}{{"not started", 0}, {"waiting", 3}} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			err := runners.Run(context.Background(), func(ctx context.Context) error {
				job := threads.Submit(eventloop.FromContext(ctx), func(ctx context.Context) (int, error) {
					return futures.New[int](ctx).Await(ctx)
				})
				waiting := tasks.Create(ctx, job.Await)
				for range tt.turns {
					tasks.Sleep(ctx, 0)
				}
				job.CancelCause(cause, "stop")
				_, err := waiting.Await(ctx)
				_, again := job.Await(ctx)
				for _, err := range []error{err, again} {
					if !errors.Is(err, cause) || err.Error() != "asyncio: cancelled: stop" {
						return fmt.Errorf("outcome %v", err)
					}
				}
				// And from a task that waits for a job to the job.
				job = threads.Submit(eventloop.FromContext(ctx), func(ctx context.Context) (int, error) {
					return futures.New[int](ctx).Await(ctx)
				})
				waiting = tasks.Create(ctx, job.Await)
				for range 3 {
					tasks.Sleep(ctx, 0)
				}
				waiting.CancelCause(cause)
				if _, err := job.Await(ctx); !errors.Is(err, cause) {
					return fmt.Errorf("job of a cancelled task: %v", err)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}
