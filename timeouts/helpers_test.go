package timeouts_test

// Helpers of the tests in this package.

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

var errTest = errors.New("an error")

// What the tests of several packages share.
var (
	fails    = looptest.Fails
	describe = looptest.Describe
	now      = looptest.Now
)

// run runs fn as the main task of a loop in virtual time, and fails t if timers
// are left at its end.
func run(t *testing.T, fn func(ctx context.Context)) {
	t.Helper()
	runBusy(t, func(ctx context.Context, _ func(time.Duration)) { fn(ctx) })
}

// runBusy is run for a function that can let time pass without giving way.
func runBusy(t *testing.T, fn func(ctx context.Context, burn func(time.Duration))) {
	t.Helper()
	var clock eventloop.VirtualClock
	var end time.Duration
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		fn(ctx, clock.Advance)
		end = clock.Now()
		_, err := futures.New[int](ctx).Await(ctx)
		return err
	}, runners.WithLoop(eventloop.WithClock(&clock)))
	var deadlock *eventloop.DeadlockError
	equal(t, "the run came to its end", errors.As(err, &deadlock), true)
	equal(t, "time of the last timer", clock.Now(), end)
}

// equal fails t if got is not want.
func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	looptest.Equal(t, what, got, want)
}

// sleep is a body of a timeout.
func sleep(d time.Duration) func(context.Context) error {
	return func(ctx context.Context) error { return tasks.Sleep(ctx, d) }
}

// cancelling is the count of the running task.
func cancelling(ctx context.Context) int { return tasks.Current(ctx).Cancelling() }
