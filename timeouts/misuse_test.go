package timeouts_test

// Timeouts used wrongly, and bodies that do not return.

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// atTime arranges for fn to be called at a time of the loop's clock.
func atTime(ctx context.Context, when time.Duration, fn func()) {
	eventloop.FromContext(ctx).CallAt(when, fn)
}

func TestTimeoutInTheWrongState(t *testing.T) {
	nothing := func(context.Context) error { return nil }
	state := timeouts.ErrState.Error()
	for _, tt := range []struct {
		name string
		do   func(ctx context.Context, to *timeouts.Timeout) error
		want string
	}{
		// test_timeouts.TimeoutTests.test_timeout_not_entered
		{"rescheduled before", func(ctx context.Context, to *timeouts.Timeout) error { return to.Reschedule(now(ctx)) }, state},
		// test_timeouts.TimeoutTests.test_timeout_already_entered
		{"entered within itself", func(ctx context.Context, to *timeouts.Timeout) error {
			return to.Do(ctx, func(ctx context.Context) error { return to.Do(ctx, nothing) })
		}, state},
		// test_timeouts.TimeoutTests.test_timeout_double_enter
		{"entered twice", func(ctx context.Context, to *timeouts.Timeout) error {
			to.Do(ctx, nothing)
			return to.Do(ctx, nothing)
		}, state},
		// test_timeouts.TimeoutTests.test_timeout_finished
		{"rescheduled after", func(ctx context.Context, to *timeouts.Timeout) error {
			to.Do(ctx, nothing)
			return to.Reschedule(now(ctx))
		}, state},
		// test_timeouts.TimeoutTests.test_timeout_expired
		{"rescheduled after it expired", func(ctx context.Context, to *timeouts.Timeout) error {
			fails(t, "the timeout", to.Do(ctx, sleep(time.Hour)), "timeout")
			return to.Reschedule(now(ctx))
		}, state},
		// test_timeouts.TimeoutTests.test_timeout_expiring
		{"rescheduled while it expires", func(ctx context.Context, to *timeouts.Timeout) error {
			return to.Do(ctx, func(ctx context.Context) error {
				tasks.Sleep(ctx, time.Hour)
				return to.Reschedule(timeouts.Never)
			})
		}, state},
		// test_timeouts.TimeoutTests.test_timeout_without_task
		{"outside a task", func(ctx context.Context, to *timeouts.Timeout) error {
			return to.Do(eventloop.FromContext(ctx).Context(ctx), nothing)
		}, timeouts.ErrNoTask.Error()},
		{"with another task's ctx", func(ctx context.Context, to *timeouts.Timeout) error {
			child := tasks.Go(ctx, func(context.Context) error { return to.Do(ctx, nothing) })
			_, err := child.Await(ctx)
			return err
		}, "wrong task(owner Task-1, running Task-2)"},
		{"of another loop", func(ctx context.Context, _ *timeouts.Timeout) error {
			l := eventloop.New()
			defer l.Close()
			return timeouts.After(l.Context(ctx), time.Second).Do(ctx, nothing)
		}, eventloop.ErrForeignLoop.Error()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				err := tt.do(ctx, timeouts.After(ctx, time.Second))
				fails(t, "the call", err, tt.want)
				equal(t, "Cancelling", cancelling(ctx), 0)
			})
		})
	}
}

// A refused entry leaves the timeout as it was.
func TestTimeoutAfterARefusedEntry(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		to := timeouts.After(ctx, time.Second)
		outside := eventloop.FromContext(ctx).Context(ctx)
		fails(t, "the entry outside a task", to.Do(outside, sleep(time.Hour)), timeouts.ErrNoTask.Error())
		fails(t, "the entry in a task", to.Do(ctx, sleep(time.Hour)), "timeout")
	})
}

func TestTimeoutPanics(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		for want, fn := range map[string]func(){
			"asyncio: ctx has no event loop; pass the ctx that the task's function received": func() {
				timeouts.After(context.Background(), time.Second)
			},
			"asyncio: timeout of a nil function": func() { timeouts.Run(ctx, time.Second, nil) },
		} {
			got := ""
			func() {
				defer func() { got = fmt.Sprint(recover()) }()
				fn()
			}()
			equal(t, "panic", got, want)
		}
	})
}

// A body that panics leaves the timeout, which takes its own cancellation back
// and its timer along.
func TestPanicInATimeout(t *testing.T) {
	for _, expired := range []bool{false, true} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			to := timeouts.After(ctx, time.Second)
			func() {
				defer func() { equal(t, "panic", fmt.Sprint(recover()), "boom") }()
				to.Do(ctx, func(ctx context.Context) error {
					if expired {
						tasks.Sleep(ctx, time.Hour)
					}
					panic("boom")
				})
			}()
			equal(t, "Expired", to.Expired(), expired)
			equal(t, "Cancelling", cancelling(ctx), 0)
		})
	}
}

// So does one that calls runtime.Goexit.
func TestGoexitInATimeout(t *testing.T) {
	leak.Check(t)
	var task *tasks.Task[struct{}]
	var to *timeouts.Timeout
	var reported []string
	handler := eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) {
		reported = append(reported, e.Reason.String()+" "+describe(e.Err))
	})
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		runners.Run(context.Background(), func(ctx context.Context) error {
			task = tasks.Go(ctx, func(ctx context.Context) error {
				to = timeouts.After(ctx, time.Second)
				return to.Do(ctx, func(ctx context.Context) error {
					tasks.Sleep(ctx, time.Hour)
					runtime.Goexit()
					return nil
				})
			})
			return tasks.Sleep(ctx, time.Hour)
		}, runners.WithVirtualTime(), runners.WithLoop(handler))
	}()
	<-gone
	equal(t, "reports", reported, nil)
	fails(t, "the task", task.Err(), coro.ErrGoexit.Error())
	equal(t, "Cancelling", task.Cancelling(), 0)
	equal(t, "Expired", to.Expired(), true)
}
