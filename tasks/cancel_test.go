package tasks_test

// Cancellation of one task: what CPython's test_tasks.BaseTaskTests says of it.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// test_tasks.BaseTaskTests.test_cancelling
func TestCancelCountsEachRequest(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Create(ctx, after(10*time.Second, 0))
		equal(t, "Cancelling at first", task.Cancelling(), 0)
		equal(t, "first Cancel", task.Cancel(), true)
		equal(t, "Cancelling", task.Cancelling(), 1)
		equal(t, "second Cancel", task.Cancel(), true)
		equal(t, "Cancelling", task.Cancelling(), 2)
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled()")
		equal(t, "Cancelled", task.Cancelled(), true)
	})
}

// test_tasks.BaseTaskTests.test_uncancel_basic
func TestUncancelTakesBackOneRequest(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Go(ctx, func(ctx context.Context) error {
			fails(t, "first sleep", tasks.Sleep(ctx, 10*time.Second), "cancelled()")
			tasks.Current(ctx).Uncancel()
			return tasks.Sleep(ctx, 10*time.Second)
		})
		turns(ctx, 1)
		for range 2 {
			equal(t, "Cancel", task.Cancel(), true)
			equal(t, "Cancelling", task.Cancelling(), 1)
			equal(t, "Cancelled", task.Cancelled(), false)
			turns(ctx, 1)
		}
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled()")
		task.Uncancel() // too late to have an effect
		equal(t, "Cancelled", task.Cancelled(), true)
		equal(t, "Done", task.Done(), true)
		equal(t, "Uncancel below zero", task.Uncancel(), 0)
	})
}

// test_tasks.BaseTaskTests.test_uncancel_structured_blocks
func TestUncancelMakesStructuredBlocks(t *testing.T) {
	leak.Check(t)
	type result struct{ TimedOut, Finished, Outside bool }
	request := func(sleep, limit time.Duration) func(context.Context) (result, error) {
		return func(ctx context.Context) (r result, err error) {
			self := tasks.Current(ctx)
			timer := eventloop.FromContext(ctx).CallLater(limit, func() {
				r.TimedOut = true
				self.Cancel()
			})
			err = tasks.Sleep(ctx, sleep)
			r.Finished = err == nil
			timer.Cancel()
			if r.TimedOut && self.Uncancel() == 0 && tasks.IsCancelled(ctx, err) {
				err = nil // it was ours
			}
			if err != nil {
				return r, err
			}
			r.Outside = true
			return r, tasks.Sleep(ctx, 0)
		}
	}
	run(t, func(ctx context.Context) {
		slow := tasks.Create(ctx, request(10*time.Second, time.Second))
		got, err := slow.Await(ctx)
		outcome(t, "slow", got, err, result{TimedOut: true, Outside: true})
		equal(t, "Cancelling after it", slow.Cancelling(), 0)

		quick := tasks.Create(ctx, request(0, 10*time.Second))
		got, err = quick.Await(ctx)
		outcome(t, "quick", got, err, result{Finished: true, Outside: true})
		equal(t, "Cancelling after it", quick.Cancelling(), 0)
	})
}

// test_tasks.BaseTaskTests.test_uncancel_resets_must_cancel
func TestUncancelRecallsWhatWasNotDelivered(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[int](ctx)
		task := tasks.Create(ctx, fut.Await)
		turns(ctx, 1)
		fut.SetResult(42) // the task is ready, and no longer waits for fut
		task.Cancel()
		equal(t, "Cancelling", task.Cancelling(), 1)
		equal(t, "Uncancel", task.Uncancel(), 0)
		v, err := task.Await(ctx)
		outcome(t, "the task", v, err, 42)
	})
}

// A cancellation that is on its way already cannot be recalled.
func TestUncancelDoesNotRecallWhatIsOnItsWay(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Create(ctx, after(10*time.Second, 0))
		turns(ctx, 1)
		task.Cancel("first")
		equal(t, "Uncancel", task.Uncancel(), 0)
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled(first)")
	})
}

// test_tasks.BaseTaskTests.test_cancel_with_message_then_future_result
func TestCancelMessageReachesResult(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{nil, "cancelled()"},
		{[]string{""}, "cancelled()"},
		{[]string{"my message"}, "cancelled(my message)"},
	} {
		t.Run(tt.want, func(t *testing.T) {
			leak.Check(t)
			err := runErr(func(ctx context.Context) error {
				task := tasks.Create(ctx, after(10*time.Second, 0))
				turns(ctx, 1)
				task.Cancel(tt.args...)
				_, _, err := tasks.Wait(ctx, []*tasks.Task[int]{task}, tasks.AllCompleted, tasks.NoTimeout)
				fails(t, "Wait", err, "nil")
				_, err = task.Result()
				return err
			})
			fails(t, "the run", err, tt.want)
		})
	}
}

// test_tasks.BaseTaskTests.test_cancel_with_message_before_starting_task
func TestCancelBeforeTheFirstStep(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		started := false
		task := tasks.Go(ctx, func(ctx context.Context) error { started = true; return nil })
		equal(t, "Cancel", task.Cancel("my message"), true)
		equal(t, "Done at once", task.Done(), false)
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled(my message)")
		equal(t, "started", started, false)
	})
}

// Only the first to ask gets the error that ended the task; the message stays
// with it.
func TestCancelMessageIsForTheFirstAwaiter(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Create(ctx, after(10*time.Second, 0))
		turns(ctx, 1)
		task.Cancel("my message")
		_, first := task.Await(ctx)
		_, second := task.Await(ctx)
		fails(t, "first await", first, "cancelled(my message)")
		fails(t, "second await", second, "cancelled()")
	})
}

// test_tasks.BaseTaskTests.test_cancel_yield
func TestCancelAtABareYield(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			for range 2 {
				if err := tasks.Sleep(ctx, 0); err != nil {
					return 0, err
				}
			}
			return 12, nil
		})
		turns(ctx, 1)
		task.Cancel()
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled()")
		equal(t, "Done", task.Done(), true)
		equal(t, "Cancelled", task.Cancelled(), true)
		equal(t, "Cancel of a done task", task.Cancel(), false)
	})
}

// test_tasks.BaseTaskTests.test_cancel_inner_future,
// test_tasks.BaseTaskTests.test_cancel_both_task_and_inner_future
func TestCancelOfTheAwaitedFuture(t *testing.T) {
	for _, both := range []bool{false, true} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			fut := futures.New[int](ctx)
			task := tasks.Create(ctx, fut.Await)
			turns(ctx, 1)
			fut.Cancel("inner")
			if both {
				equal(t, "Cancel of the task", task.Cancel("task"), true)
			}
			_, err := task.Await(ctx)
			fails(t, "the task", err, "cancelled(inner)")
			equal(t, "fut cancelled", fut.Cancelled(), true)
			equal(t, "task cancelled", task.Cancelled(), true)
		})
	}
}
