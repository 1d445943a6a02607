package tasks_test

// What a task's function makes of a cancellation: test_tasks.BaseTaskTests again.

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// test_tasks.BaseTaskTests.test_cancel_task_catching
func TestTaskThatCatchesItsCancellationSucceeds(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut1, fut2 := futures.New[int](ctx), futures.New[int](ctx)
		task := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			if _, err := fut1.Await(ctx); err != nil {
				return 0, err
			}
			if _, err := fut2.Await(ctx); futures.IsCancelled(err) {
				return 42, nil
			}
			return 0, errTest
		})
		turns(ctx, 1)
		fut1.SetResult(0)
		turns(ctx, 1)
		task.Cancel()
		equal(t, "fut2 cancelled", fut2.Cancelled(), true)
		v, err := task.Await(ctx)
		outcome(t, "the task", v, err, 42)
		equal(t, "Cancelled", task.Cancelled(), false)
		equal(t, "Cancelling", task.Cancelling(), 1)
	})
}

// test_tasks.BaseTaskTests.test_cancel_task_ignoring
func TestTaskThatIgnoresItsCancellationGoesOn(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut1, fut2, fut3 := futures.New[int](ctx), futures.New[int](ctx), futures.New[int](ctx)
		task := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			fut1.Await(ctx)
			fut2.Await(ctx)
			return fut3.Await(ctx)
		})
		turns(ctx, 1)
		fut1.SetResult(0)
		turns(ctx, 1)
		task.Cancel()
		equal(t, "fut2 cancelled", fut2.Cancelled(), true)
		turns(ctx, 1)
		fut3.SetResult(42)
		v, err := task.Await(ctx)
		outcome(t, "the task", v, err, 42)
		equal(t, "fut3 cancelled", fut3.Cancelled(), false)
		equal(t, "Cancelled", task.Cancelled(), false)
	})
}

// test_tasks.BaseTaskTests.test_cancel_current_task
func TestTaskThatCancelsItselfFailsAtItsNextWait(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var task *tasks.Task[int]
		task = tasks.Create(ctx, func(ctx context.Context) (int, error) {
			equal(t, "Cancel", task.Cancel(), true)
			return 12, tasks.Sleep(ctx, 100*time.Second)
		})
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled()")
		equal(t, "time", now(ctx), 0)
		equal(t, "Cancelled", task.Cancelled(), true)
		equal(t, "Cancel of a done task", task.Cancel(), false)
	})
}

// An await that need not wait is no place for a cancellation to be delivered.
func TestAwaitOfWhatIsDoneDoesNotDeliverACancellation(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[int](ctx)
		fut.SetResult(1)
		var task *tasks.Task[int]
		task = tasks.Create(ctx, func(ctx context.Context) (int, error) {
			task.Cancel()
			v, err := fut.Await(ctx)
			outcome(t, "the await", v, err, 1)
			return v, err
		})
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled()")
	})
}

// test_tasks.BaseTaskTests.test_cancel_at_end
func TestTaskCancelledInItsLastStepLosesItsResult(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var task *tasks.Task[int]
		task = tasks.Create(ctx, func(ctx context.Context) (int, error) {
			task.Cancel("late")
			return 12, nil
		})
		v, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled(late)")
		equal(t, "value", v, 0)
		equal(t, "Cancelled", task.Cancelled(), true)
		equal(t, "Cancel of a done task", task.Cancel(), false)
	})
}

// A body that ends with an error of its own keeps it.
func TestTaskCancelledInItsLastStepKeepsItsError(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var task *tasks.Task[int]
		task = tasks.Create(ctx, func(ctx context.Context) (int, error) {
			task.Cancel()
			return 0, errTest
		})
		_, err := task.Await(ctx)
		fails(t, "the task", err, errTest.Error())
		equal(t, "Cancelled", task.Cancelled(), false)
	})
}

// test_tasks.BaseTaskTests.test_cancel_awaited_task
func TestTaskThatCancelledItselfCancelsWhatItThenAwaits(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[int](ctx)
		var task, nested *tasks.Task[int]
		task = tasks.Create(ctx, func(ctx context.Context) (int, error) {
			nested = tasks.Create(ctx, fut.Await)
			turns(ctx, 1)
			task.Cancel()
			return nested.Await(ctx)
		})
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled()")
		equal(t, "task cancelled", task.Cancelled(), true)
		equal(t, "nested cancelled", nested.Cancelled(), true)
		equal(t, "fut cancelled", fut.Cancelled(), true)
	})
}

// A task that refuses the cancellation sent down to it keeps the awaiting task
// going: that task has been asked by way of its child only.
func TestChildMayRefuseForItsParent(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		child := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			tasks.Sleep(ctx, time.Hour)
			return 7, nil
		})
		parent := tasks.Create(ctx, child.Await)
		turns(ctx, 2)
		equal(t, "Cancel", parent.Cancel(), true)
		v, err := parent.Await(ctx)
		outcome(t, "the parent", v, err, 7)
		equal(t, "Cancelling of the parent", parent.Cancelling(), 1)
		equal(t, "Cancelling of the child", child.Cancelling(), 1)
	})
}

// test_tasks.BaseTaskTests.test_baseexception_during_cancel
func TestErrorDuringCancellationWins(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			if err := tasks.Sleep(ctx, 10*time.Second); futures.IsCancelled(err) {
				return 0, errTest
			}
			return 0, nil
		})
		turns(ctx, 1)
		task.Cancel()
		equal(t, "Done at once", task.Done(), false)
		turns(ctx, 1)
		equal(t, "Done", task.Done(), true)
		equal(t, "Cancelled", task.Cancelled(), false)
		equal(t, "Err is the very error", task.Err() == errTest, true)
	})
}

// test_tasks.BaseTaskTests.test_sleep_cancel
func TestCancelledSleepTakesItsTimerAlong(t *testing.T) {
	leak.Check(t)
	equal(t, "time of the last timer", idleAt(t, func(ctx context.Context) {
		task := tasks.Create(ctx, after(10*time.Second, "yeah"))
		turns(ctx, 1)
		task.Cancel()
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled()")
	}), 0)
}

// What counts as cancelled is what says so in its chain of single Unwraps, and
// a bare context.Canceled of a task that was asked to.
func TestWhatEndsATaskCancelled(t *testing.T) {
	for _, tt := range []struct {
		name    string
		cancels bool
		err     func(cancelled error) error
		want    bool
	}{
		{"the error itself", true, func(err error) error { return err }, true},
		{"wrapped", true, func(err error) error { return wrapped{err} }, true},
		{"joined", true, func(err error) error { return errors.Join(err, errTest) }, false},
		{"made up", false, func(error) error { return &futures.CancelledError{} }, true},
		{"context.Canceled", true, func(error) error { return context.Canceled }, true},
		{"context.Canceled, wrapped", true, func(error) error { return wrapped{context.Canceled} }, true},
		{"context.Canceled of nobody's asking", false, func(error) error { return context.Canceled }, false},
		{"another error", true, func(error) error { return errTest }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				task := tasks.Go(ctx, func(ctx context.Context) error { return tt.err(tasks.Sleep(ctx, time.Second)) })
				turns(ctx, 1)
				if tt.cancels {
					task.Cancel()
				}
				_, err := task.Await(ctx)
				equal(t, "Cancelled", task.Cancelled(), tt.want)
				equal(t, "IsCancelled", futures.IsCancelled(err), tt.want)
			})
		})
	}
}

// wrapped is an error around another.
type wrapped struct{ err error }

func (w wrapped) Error() string { return "wrapped: " + w.err.Error() }
func (w wrapped) Unwrap() error { return w.err }
