package timeouts_test

// Timeouts within timeouts, and beside other cancellations.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

func TestNestedTimeouts(t *testing.T) {
	const s = time.Second
	type result struct {
		Inner, Outer               string // errors
		InnerExpired, OuterExpired bool
		At                         time.Duration
	}
	for _, tt := range []struct {
		name         string
		outer, inner time.Duration
		burn         time.Duration // before the inner sleep, without giving way
		want         result
	}{
		// test_timeouts.TimeoutTests.test_nested_timeouts: due at once; the
		// cancellation passes the inner one and is the outer one's.
		{"at once", 1 * s, 1 * s, 0, result{"cancelled()", "timeout", true, true, 1 * s}},
		{"inner first", 5 * s, 1 * s, 0, result{"timeout", "nil", true, false, 1 * s}},
		{"outer first", 1 * s, 5 * s, 0, result{"cancelled()", "timeout", false, true, 1 * s}},
		// test_timeouts.TimeoutTests.test_nested_timeouts_concurrent
		{"outer due while busy", 2 * s, 100 * s, 10 * s, result{"cancelled()", "timeout", false, true, 10 * s}},
		{"inner due while busy", 100 * s, 2 * s, 10 * s, result{"timeout", "nil", true, false, 10 * s}},
		// test_timeouts.TimeoutTests.test_nested_timeouts_loop_busy, whose
		// outcome depends on what the busy time leaves.
		{"both due while busy", 10 * s, 1 * s, 10 * s, result{"cancelled()", "timeout", true, true, 10 * s}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			runBusy(t, func(ctx context.Context, burn func(time.Duration)) {
				var got result
				outer, inner := timeouts.After(ctx, tt.outer), timeouts.After(ctx, tt.inner)
				err := outer.Do(ctx, func(ctx context.Context) error {
					err := inner.Do(ctx, func(ctx context.Context) error {
						burn(tt.burn)
						return tasks.Sleep(ctx, 1000*s)
					})
					got.Inner = describe(err)
					if got.Inner == "timeout" {
						return nil
					}
					return err
				})
				got.Outer, got.InnerExpired, got.OuterExpired, got.At = describe(err), inner.Expired(), outer.Expired(), now(ctx)
				equal(t, "result", got, tt.want)
				equal(t, "Cancelling", cancelling(ctx), 0)
			})
		})
	}
}

// test_timeouts.TimeoutTests.test_nested_timeouts_loop_busy, the other way: what
// comes after the inner timeout is still the outer one's to end.
func TestOuterTimeoutEndsWhatFollowsTheInner(t *testing.T) {
	leak.Check(t)
	runBusy(t, func(ctx context.Context, burn func(time.Duration)) {
		err := timeouts.Run(ctx, 10*time.Second, func(ctx context.Context) error {
			fails(t, "the inner timeout", timeouts.Run(ctx, time.Second, func(ctx context.Context) error {
				burn(5 * time.Second)
				return tasks.Sleep(ctx, time.Hour)
			}), "timeout")
			return tasks.Sleep(ctx, time.Hour)
		})
		fails(t, "the outer timeout", err, "timeout")
		equal(t, "time", now(ctx), 10*time.Second)
	})
}

// test_timeouts.TimeoutTests.test_nested_timeout_in_finally
func TestTimeoutInTheCleanupOfAnother(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		err := timeouts.Run(ctx, time.Second, func(ctx context.Context) error {
			err := tasks.Sleep(ctx, 10*time.Second)
			fails(t, "the timeout of the cleanup", timeouts.Run(ctx, time.Second, sleep(10*time.Second)), "timeout")
			equal(t, "Cancelling", cancelling(ctx), 1)
			return err
		})
		fails(t, "the timeout", err, "timeout")
		equal(t, "time", now(ctx), 2*time.Second)
		equal(t, "Cancelling", cancelling(ctx), 0)
	})
}

// test_timeouts.TimeoutTests.test_timeout_after_cancellation
func TestTimeoutAfterACancellation(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		tasks.Current(ctx).Cancel("work")
		fails(t, "the work", tasks.Sleep(ctx, time.Second), "cancelled(work)")
		// The count stays up, and is not the timeout's.
		fails(t, "the timeout", timeouts.Run(ctx, 0, sleep(time.Second)), "timeout")
		equal(t, "Cancelling", cancelling(ctx), 1)
	})
}

// test_timeouts.TimeoutTests.test_cancel_in_timeout_after_cancellation
func TestCancelInATimeoutAfterACancellation(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		tasks.Current(ctx).Cancel("work")
		fails(t, "the work", tasks.Sleep(ctx, time.Second), "cancelled(work)")
		fails(t, "the timeout", timeouts.Run(ctx, time.Second, func(ctx context.Context) error {
			tasks.Current(ctx).Cancel("cleanup")
			return tasks.Sleep(ctx, 2*time.Second)
		}), "cancelled(cleanup)")
		equal(t, "Cancelling", cancelling(ctx), 2)
	})
}

// A cancellation from outside wins over a timeout, in whichever order they come.
func TestOutsideCancellationWins(t *testing.T) {
	for _, tt := range []struct {
		name string
		// cancel is called in the iteration in which the timeout expires.
		before, after bool
	}{
		{"just before", true, false},
		{"just after", false, true},
		{"both", true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				task := tasks.Go(ctx, func(ctx context.Context) error {
					self := tasks.Current(ctx)
					to := timeouts.After(ctx, time.Second)
					if tt.before {
						atTime(ctx, time.Second, func() { self.Cancel("outside") })
					}
					err := to.Do(ctx, func(ctx context.Context) error {
						if tt.after {
							atTime(ctx, time.Second, func() { self.Cancel("outside") })
						}
						return tasks.Sleep(ctx, time.Hour)
					})
					equal(t, "Expired", to.Expired(), true)
					equal(t, "IsCancelled", futures.IsCancelled(err), true)
					return err
				})
				task.Await(ctx)
				equal(t, "Cancelled", task.Cancelled(), true)
			})
		})
	}
}

// A future that is done in the moment the time is over: the time is over.
func TestTimeoutInTheIterationOfCompletion(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[int](ctx)
		atTime(ctx, time.Second, func() { fut.SetResult(1) })
		err := timeouts.Run(ctx, time.Second, func(ctx context.Context) error {
			_, err := fut.Await(ctx)
			return err
		})
		fails(t, "the timeout", err, "timeout")
		equal(t, "fut cancelled", fut.Cancelled(), false)
	})
}

// A timeout within a child is the child's: the parent sees a plain error, not a
// cancellation.
func TestTimeoutOfAChildIsAnErrorOfTheParent(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		child := tasks.Go(ctx, func(ctx context.Context) error { return timeouts.Run(ctx, time.Second, sleep(time.Hour)) })
		parent := tasks.Go(ctx, func(ctx context.Context) error {
			_, err := child.Await(ctx)
			return err
		})
		_, err := parent.Await(ctx)
		fails(t, "the parent", err, "timeout")
		equal(t, "Cancelled", []bool{child.Cancelled(), parent.Cancelled()}, []bool{false, false})
	})
}
