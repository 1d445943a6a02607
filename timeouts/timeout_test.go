package timeouts_test

// One timeout: what CPython's test_timeouts.TimeoutTests says of it.

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// A loop whose clock stands at 100 s gives every case a past.
const start = 100 * time.Second

func TestTimeout(t *testing.T) {
	at := func(when time.Duration) func(context.Context) *timeouts.Timeout {
		return func(ctx context.Context) *timeouts.Timeout { return timeouts.At(ctx, when) }
	}
	in := func(d time.Duration) func(context.Context) *timeouts.Timeout {
		return func(ctx context.Context) *timeouts.Timeout { return timeouts.After(ctx, d) }
	}
	type result struct {
		Err     string
		Expired bool
		When    time.Duration
		Limited bool
		At      time.Duration // when it ended, after start
	}
	for _, tt := range []struct {
		name string
		make func(context.Context) *timeouts.Timeout
		body func(context.Context) error
		want result
	}{
		// test_timeouts.TimeoutTests.test_timeout_basic
		{"basic", in(time.Second), sleep(10 * time.Second), result{"timeout", true, start + time.Second, true, time.Second}},
		// test_timeouts.TimeoutTests.test_timeout_at_basic
		{"at", at(start + time.Second), sleep(10 * time.Second), result{"timeout", true, start + time.Second, true, time.Second}},
		// test_timeouts.TimeoutTests.test_timeout_not_called
		{"in time", in(10 * time.Second), sleep(time.Second), result{"nil", false, start + 10*time.Second, true, time.Second}},
		// test_timeouts.TimeoutTests.test_timeout_disabled
		{"never", in(timeouts.Never), sleep(time.Hour), result{"nil", false, timeouts.Never, false, time.Hour}},
		// test_timeouts.TimeoutTests.test_timeout_at_disabled
		{"at never", at(timeouts.Never), sleep(time.Hour), result{"nil", false, timeouts.Never, false, time.Hour}},
		{"nearly never", in(timeouts.Never - 1), sleep(time.Hour), result{"nil", false, timeouts.Never, false, time.Hour}},
		// test_timeouts.TimeoutTests.test_timeout_zero
		{"zero", in(0), sleep(10 * time.Second), result{"timeout", true, start, true, 0}},
		// test_timeouts.TimeoutTests.test_timeout_zero_sleep_zero
		{"zero, sleep zero", in(0), sleep(0), result{"timeout", true, start, true, 0}},
		// test_timeouts.TimeoutTests.test_timeout_in_the_past_sleep_zero
		{"in the past", in(-11 * time.Second), sleep(0), result{"timeout", true, start - 11*time.Second, true, 0}},
		{"at a time in the past", at(0), sleep(0), result{"timeout", true, 0, true, 0}},
		{"long ago", in(math.MinInt64), sleep(0), result{"timeout", true, start + math.MinInt64, true, 0}},
		{"zero, no await", in(0), func(context.Context) error { return nil }, result{"nil", false, start, true, 0}},
		// test_timeouts.TimeoutTests.test_foreign_exception_passed
		{"another error", in(time.Second), func(context.Context) error { return errTest }, result{errTest.Error(), false, start + time.Second, true, 0}},
		// test_timeouts.TimeoutTests.test_foreign_exception_on_timeout,
		// test_foreign_exception_on_timeout_2
		{"another error after the timeout", in(time.Second), func(ctx context.Context) error {
			tasks.Sleep(ctx, 10*time.Second)
			return errTest
		}, result{errTest.Error(), true, start + time.Second, true, time.Second}},
		{"swallowed", in(time.Second), func(ctx context.Context) error {
			tasks.Sleep(ctx, 10*time.Second)
			return nil
		}, result{"nil", true, start + time.Second, true, time.Second}},
		{"what a library makes of a closed ctx", in(time.Second), func(ctx context.Context) error {
			tasks.Sleep(ctx, 10*time.Second)
			return ctx.Err() // a bare context.Canceled
		}, result{"timeout", true, start + time.Second, true, time.Second}},
		// test_timeouts.TimeoutTests.test_foreign_cancel_doesnt_timeout_if_not_expired
		{"cancelled from outside", in(10 * time.Second), func(ctx context.Context) error {
			tasks.Current(ctx).Cancel("outside")
			defer tasks.Current(ctx).Uncancel()
			return tasks.Sleep(ctx, 10*time.Second)
		}, result{"cancelled(outside)", false, start + 10*time.Second, true, 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				tasks.Sleep(ctx, start)
				to := tt.make(ctx)
				var scope context.Context
				err := to.Do(ctx, func(ctx context.Context) error {
					scope = ctx
					return tt.body(ctx)
				})
				when, limited := to.When()
				equal(t, "result", result{describe(err), to.Expired(), when, limited, now(ctx) - start}, tt.want)
				equal(t, "Cancelling", cancelling(ctx), 0)
				equal(t, "the ctx of the scope is closed", describe(scope.Err()), "context canceled")
				equal(t, "the next await", describe(tasks.Sleep(ctx, time.Second)), "nil")
			})
		})
	}
}

// test_timeouts.TimeoutTests.test_waiter_cancelled
func TestTimeoutCancelsTheAwait(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[int](ctx)
		err := timeouts.Run(ctx, time.Second, func(ctx context.Context) error {
			_, err := fut.Await(ctx)
			fails(t, "the await", err, "cancelled()")
			equal(t, "Cancelling", cancelling(ctx), 1)
			equal(t, "context.Cause", describe(context.Cause(ctx)), "cancelled()")
			return err
		})
		fails(t, "the timeout", err, "timeout")
		equal(t, "fut cancelled", fut.Cancelled(), true)
	})
}

// test_timeouts.TimeoutTests.test_outer_task_is_not_cancelled
func TestTimeoutLeavesItsTaskAlone(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Go(ctx, func(ctx context.Context) error {
			fails(t, "the timeout", timeouts.Run(ctx, time.Millisecond, sleep(10*time.Second)), "timeout")
			equal(t, "Err of the task's ctx", describe(ctx.Err()), "nil")
			return nil
		})
		_, err := task.Await(ctx)
		fails(t, "the task", err, "nil")
		equal(t, "Cancelled", task.Cancelled(), false)
	})
}

// test_timeouts.TimeoutTests.test_reschedule
func TestRescheduleFromAnotherTask(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[*timeouts.Timeout](ctx)
		task := tasks.Go(ctx, func(ctx context.Context) error {
			to := timeouts.At(ctx, 10*time.Second)
			return to.Do(ctx, func(ctx context.Context) error {
				fut.SetResult(to)
				return tasks.Sleep(ctx, 50*time.Second)
			})
		})
		to, _ := fut.Await(ctx)
		for _, when := range []time.Duration{10 * time.Second, 30 * time.Second, timeouts.Never} {
			fails(t, "Reschedule", to.Reschedule(when), "nil")
			got, limited := to.When()
			equal(t, "When", got, when)
			equal(t, "limited", limited, when != timeouts.Never)
		}
		tasks.Sleep(ctx, 40*time.Second)
		task.Cancel()
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled()")
		equal(t, "Expired", to.Expired(), false)
	})
}

func TestRescheduleMovesTheEnd(t *testing.T) {
	for _, tt := range []struct {
		name     string
		when, at time.Duration
	}{
		{"later", 20 * time.Second, 20 * time.Second},
		{"sooner", 5 * time.Second, 5 * time.Second},
		{"now", time.Second, time.Second},
		{"to the past", -time.Hour, time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				to := timeouts.After(ctx, 10*time.Second)
				err := to.Do(ctx, func(ctx context.Context) error {
					tasks.Sleep(ctx, time.Second)
					fails(t, "Reschedule", to.Reschedule(tt.when), "nil")
					return tasks.Sleep(ctx, time.Hour)
				})
				fails(t, "the timeout", err, "timeout")
				equal(t, "time", now(ctx), tt.at)
			})
		})
	}
}

// A timeout that is due already takes effect in the next iteration, ahead of
// what the timers would bring.
func TestTimeoutInThePastComesBeforeTimers(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var order []string
		eventloop.FromContext(ctx).CallLater(0, func() { order = append(order, "timer") })
		err := timeouts.Run(ctx, -1, func(ctx context.Context) error {
			err := tasks.Sleep(ctx, 0)
			order = append(order, describe(err))
			return err
		})
		fails(t, "the timeout", err, "timeout")
		tasks.Sleep(ctx, 0)
		equal(t, "order", order, []string{"cancelled()", "timer"})
	})
}
