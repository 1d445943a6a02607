package tasks_test

// Wait: test_tasks.BaseTaskTests.test_wait*.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

func TestWait(t *testing.T) {
	const ms = time.Millisecond
	type sleeper = func(context.Context) (int, error)
	for _, tt := range []struct {
		name          string
		b, a          sleeper // waited for in this order
		when          tasks.ReturnWhen
		timeout       time.Duration
		done, pending []string
		at            time.Duration
	}{
		// test_tasks.BaseTaskTests.test_wait_first_completed
		{"first completed", after(100*ms, 0), after(10*time.Second, 0), tasks.FirstCompleted, tasks.NoTimeout,
			[]string{"b"}, []string{"a"}, 100 * ms},
		// test_tasks.BaseTaskTests.test_wait_first_exception
		{"first exception, at once", failing(0, errTest), after(10*time.Second, 0), tasks.FirstException, tasks.NoTimeout,
			[]string{"b"}, []string{"a"}, 0},
		// test_tasks.BaseTaskTests.test_wait_first_exception_in_wait
		{"first exception, later", failing(10*ms, errTest), after(10*time.Second, 0), tasks.FirstException, tasks.NoTimeout,
			[]string{"b"}, []string{"a"}, 10 * ms},
		{"first exception of none", after(10*ms, 0), after(20*ms, 0), tasks.FirstException, tasks.NoTimeout,
			[]string{"b", "a"}, nil, 20 * ms},
		{"a cancellation is no exception", cancelled(10 * ms), after(20*ms, 0), tasks.FirstException, tasks.NoTimeout,
			[]string{"b", "a"}, nil, 20 * ms},
		{"all", failing(10*ms, errTest), after(20*ms, 0), tasks.AllCompleted, tasks.NoTimeout,
			[]string{"b", "a"}, nil, 20 * ms},
		// test_tasks.BaseTaskTests.test_wait_with_timeout
		{"timeout", after(150*ms, 0), after(100*ms, 0), tasks.AllCompleted, 110 * ms,
			[]string{"a"}, []string{"b"}, 110 * ms},
		// test_tasks.BaseTaskTests.test_wait_concurrent_complete: the task
		// ends in the very moment in which the time is over.
		{"both at once", after(150*ms, 0), after(100*ms, 0), tasks.AllCompleted, 100 * ms,
			[]string{"a"}, []string{"b"}, 100 * ms},
		{"no time", after(150*ms, 0), after(100*ms, 0), tasks.AllCompleted, 0,
			nil, []string{"b", "a"}, 0},
		{"time long over", after(150*ms, 0), after(100*ms, 0), tasks.AllCompleted, -time.Hour,
			nil, []string{"b", "a"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				a := tasks.Create(ctx, tt.a, tasks.WithName("a"))
				b := tasks.Create(ctx, tt.b, tasks.WithName("b"))
				turns(ctx, 1) // a timer of the same time as theirs comes later
				done, pending, err := tasks.Wait(ctx, []*tasks.Task[int]{b, a, b}, tt.when, tt.timeout)
				fails(t, "Wait", err, "nil")
				equal(t, "done", names(done), tt.done)
				equal(t, "pending", names(pending), tt.pending)
				equal(t, "time", now(ctx), tt.at)
				equal(t, "anything was cancelled", a.Cancelling()+b.Cancelling(), 0)
				tasks.Wait(ctx, []*tasks.Task[int]{a, b}, tasks.AllCompleted, tasks.NoTimeout)
				a.Err()
				b.Err()
			})
		})
	}
}

// cancelled returns a function that ends cancelled after d, of its own accord.
func cancelled(d time.Duration) func(context.Context) (int, error) {
	return failing(d, &futures.CancelledError{})
}

// What was done before the call still takes a turn of the loop.
func TestWaitForWhatIsDone(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[int](ctx)
		fut.SetResult(1)
		turn := false
		tasks.Go(ctx, func(context.Context) error { turn = true; return nil })
		done, pending, err := tasks.Wait(ctx, []*futures.Future[int]{fut}, tasks.AllCompleted, tasks.NoTimeout)
		fails(t, "Wait", err, "nil")
		equal(t, "how many are done, and pending", []int{len(done), len(pending)}, []int{1, 0})
		equal(t, "others had their turn", turn, true)
	})
}

// Done holds what is done when the waiting task runs again, not only what woke
// it.
func TestWaitLooksAfterItWoke(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		f, g := futures.New[int](ctx), futures.New[int](ctx)
		tasks.Go(ctx, func(context.Context) error { f.SetResult(1); g.SetResult(2); return nil })
		done, pending, err := tasks.Wait(ctx, []*futures.Future[int]{g, f}, tasks.FirstCompleted, tasks.NoTimeout)
		fails(t, "Wait", err, "nil")
		equal(t, "the order is that of the arguments", done[0] == g && done[1] == f, true)
		equal(t, "pending", len(pending), 0)
	})
}

// test_tasks.BaseTaskTests.test_yield_wait_does_not_shield_cancel: a cancelled
// Wait leaves alone what it waited for.
func TestCancelledWaitCancelsNothing(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		proof := 0
		waiter := futures.New[int](ctx)
		inner := tasks.Go(ctx, func(ctx context.Context) error {
			_, err := waiter.Await(ctx)
			proof++
			return err
		})
		outer := tasks.Go(ctx, func(ctx context.Context) error {
			_, _, err := tasks.Wait(ctx, []tasks.Any{inner}, tasks.AllCompleted, time.Hour)
			if err == nil {
				proof += 100
			}
			return err
		})
		turns(ctx, 2)
		outer.Cancel()
		_, err := outer.Await(ctx)
		fails(t, "outer", err, "cancelled()")
		equal(t, "inner cancelled", inner.Cancelling(), 0)
		waiter.SetResult(0)
		inner.Await(ctx)
		equal(t, "proof", proof, 1)
	})
}

func TestWaitLeavesNoTimer(t *testing.T) {
	leak.Check(t)
	equal(t, "time of the last timer", idleAt(t, func(ctx context.Context) {
		fut := futures.New[int](ctx)
		fut.SetResult(1)
		tasks.Wait(ctx, []*futures.Future[int]{fut}, tasks.AllCompleted, time.Hour)

		waiting := tasks.Go(ctx, func(ctx context.Context) error {
			_, _, err := tasks.Wait(ctx, []*futures.Future[int]{futures.New[int](ctx)}, tasks.AllCompleted, time.Hour)
			return err
		})
		turns(ctx, 1)
		waiting.Cancel()
		waiting.Await(ctx)
	}), 0)
}

func TestWaitForNothing(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		_, _, err := tasks.Wait(ctx, []tasks.Any{}, tasks.AllCompleted, tasks.NoTimeout)
		fails(t, "Wait", err, tasks.ErrNothingToWaitFor.Error())
	})
}
