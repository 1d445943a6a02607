package taskgroups_test

// Groups in which something fails.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
)

// test_taskgroups.TestTaskGroup.test_taskgroup_04
func TestErrorOfATaskCancelsTheOthers(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var other *tasks.Task[int]
		task := runGroup(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			add(t, g, failing(100*time.Millisecond, errZero))
			other = add(t, g, after(time.Second, 0))
			return nil
		})
		_, err := task.Await(ctx)
		fails(t, "the group", err, "group[zero]")
		equal(t, "other cancelled", other.Cancelled(), true)
		equal(t, "time", now(ctx), 100*time.Millisecond)
	})
}

// test_taskgroups.TestTaskGroup.test_cancel_children_on_child_error
func TestErrorOfATaskCancelsTheBody(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var body string
		var other *tasks.Task[int]
		task := runGroup(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			for i := range 3 {
				add(t, g, failing(100*time.Millisecond, fmt.Errorf("number %d", i)))
			}
			other = add(t, g, after(5*time.Second, 0))
			err := tasks.Sleep(ctx, 10*time.Second)
			body = describe(err)
			return err
		})
		_, err := task.Await(ctx)
		// All three timers are due in one iteration, before the cancellation.
		fails(t, "the group", err, "group[number 0 number 1 number 2]")
		equal(t, "the body's await", body, "cancelled()")
		equal(t, "other cancelled", other.Cancelled(), true)
	})
}

// What a group in a task of its own returns for an error at one place or other.
func TestErrorsOfAGroup(t *testing.T) {
	type group = *taskgroups.Group
	tests := []struct {
		id   string // of test_taskgroups.TestTaskGroup
		body func(t *testing.T, ctx context.Context, g group) error
		stop time.Duration // when the task is cancelled, if not zero
		want string
	}{
		{"test_taskgroup_08", func(t *testing.T, ctx context.Context, g group) error {
			for range 5 {
				add(t, g, failingAtEnd(10*time.Second, errZero))
			}
			return tasks.Sleep(ctx, 10*time.Second)
		}, 100 * time.Millisecond, "group[zero zero zero zero zero]"},
		{"test_taskgroup_09", func(t *testing.T, ctx context.Context, g group) error {
			add(t, g, after(time.Second, 42))
			add(t, g, after(2*time.Second, 11))
			wait(t, ctx, 100*time.Millisecond)
			return errZero
		}, 0, "group[zero]"},
		{"test_taskgroup_10", func(t *testing.T, ctx context.Context, g group) error {
			add(t, g, after(time.Second, 42))
			return errZero
		}, 0, "group[zero]"},
		{"test_taskgroup_11", func(t *testing.T, ctx context.Context, g group) error {
			return taskgroups.Run(ctx, func(ctx context.Context, g group) error {
				add(t, g, failingAtEnd(10*time.Second, errZero))
				return tasks.Sleep(ctx, 10*time.Second)
			})
		}, 100 * time.Millisecond, "group[group[zero]]"},
		{"test_taskgroup_12", func(t *testing.T, ctx context.Context, g group) error {
			add(t, g, after(10*time.Second, 0))
			return taskgroups.Run(ctx, func(ctx context.Context, g group) error {
				add(t, g, failingAtEnd(10*time.Second, errZero))
				return tasks.Sleep(ctx, 10*time.Second)
			})
		}, 100 * time.Millisecond, "group[group[zero]]"},
		{"test_taskgroup_13", func(t *testing.T, ctx context.Context, g group) error {
			add(t, g, failing(100*time.Millisecond, errValue))
			return taskgroups.Run(ctx, func(ctx context.Context, g group) error {
				add(t, g, failing(10*time.Second, errValue))
				return nil
			})
		}, 0, "group[value]"},
		{"test_taskgroup_14", func(t *testing.T, ctx context.Context, g group) error {
			add(t, g, failing(10*time.Second, errValue))
			return taskgroups.Run(ctx, func(ctx context.Context, g group) error {
				add(t, g, failing(100*time.Millisecond, errValue))
				return nil
			})
		}, 0, "group[group[value]]"},
		{"test_taskgroup_18", func(t *testing.T, ctx context.Context, g group) error {
			fails(t, "sleep", tasks.Sleep(ctx, 10*time.Second), "cancelled()")
			return errMine
		}, 100 * time.Millisecond, "group[mine]"},
		{"test_taskgroup_19 and 21a", func(t *testing.T, ctx context.Context, g group) error {
			add(t, g, failing(100*time.Millisecond, errZero))
			fails(t, "sleep", tasks.Sleep(ctx, 10*time.Second), "cancelled()")
			return errMine
		}, 0, "group[zero mine]"},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				task := runGroup(ctx, func(ctx context.Context, g group) error { return tt.body(t, ctx, g) })
				if tt.stop > 0 {
					wait(t, ctx, tt.stop)
					equal(t, "done", task.Done(), false)
					task.Cancel()
				}
				_, err := task.Await(ctx)
				fails(t, "the group", err, tt.want)
				equal(t, "tasks left", len(tasks.All(ctx)), 1)
			})
		})
	}
}

// test_taskgroups.TestTaskGroup.test_taskgroup_21a, where the task's error is one
// that CPython does not wrap lightly. Here all errors are alike.
func TestCleanupOfTheBodyFailsToo(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			g.Go(func(ctx context.Context) error {
				if err := tasks.Sleep(ctx, 100*time.Millisecond); err != nil {
					return err
				}
				return errMine
			})
			tasks.Sleep(ctx, 10*time.Second)
			return errValue
		})
		fails(t, "Run", err, "group[mine value]")
	})
}

// test_taskgroups.TestTaskGroup.test_taskgroup_25
func TestErrorEndsAGroupThatGrows(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		heads := 0
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			var hydra func(ctx context.Context) error
			hydra = func(ctx context.Context) error {
				heads++
				if err := tasks.Sleep(ctx, 10*time.Millisecond); err != nil {
					return err
				}
				g.Go(hydra)
				return g.Go(hydra)
			}
			g.Go(hydra)
			return g.Go(func(ctx context.Context) error {
				for heads < 10 {
					if err := tasks.Sleep(ctx, 15*time.Millisecond); err != nil {
						return err
					}
				}
				return errZero
			})
		})
		fails(t, "Run", err, "group[zero]")
		equal(t, "enough heads", heads >= 10, true)
		equal(t, "tasks left", len(tasks.All(ctx)), 1)
	})
}

// test_taskgroups.TestTaskGroup.test_taskgroup_no_create_task_after_failure
func TestFailingGroupTakesNoTasks(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		ran := false
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			add(t, g, failing(time.Millisecond, errZero))
			return g.Go(func(ctx context.Context) error {
				err := tasks.Sleep(ctx, time.Second)
				refused := g.Go(func(context.Context) error { ran = true; return nil })
				equal(t, "refused with ErrClosed", errors.Is(refused, taskgroups.ErrClosed), true)
				return err
			})
		})
		fails(t, "Run", err, "group[zero]")
		equal(t, "the refused function ran", ran, false)
	})
}

// test_taskgroups.TestTaskGroup.test_taskgroup_context_manager_exit_raises
func TestErrorInPlaceOfTheCancellation(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) (err error) {
			defer func() { err = errMine }() // of a deferred Close, say
			add(t, g, failing(0, errMine))
			return tasks.Sleep(ctx, time.Second)
		})
		fails(t, "Run", err, "group[mine mine]")
		equal(t, "Cancelling", tasks.Current(ctx).Cancelling(), 0)
		wait(t, ctx, time.Second)
	})
}

func TestTasksAreCancelledInTheOrderInWhichTheyWereAdded(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var order []int
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			for i := range 5 {
				g.Go(func(ctx context.Context) error {
					if i == 1 || i == 3 {
						return tasks.Sleep(ctx, time.Millisecond) // has left before
					}
					err := tasks.Sleep(ctx, time.Second)
					order = append(order, i)
					return err
				})
			}
			wait(t, ctx, 10*time.Millisecond)
			return errZero
		})
		fails(t, "Run", err, "group[zero]")
		equal(t, "order", order, []int{0, 2, 4})
	})
}

func TestGroupError(t *testing.T) {
	inner := &taskgroups.GroupError{Errors: []error{io.EOF, &futures.CancelledError{Msg: "m"}}}
	outer := &taskgroups.GroupError{Errors: []error{errZero, inner, &coro.PanicError{Value: 7, Stack: []byte("main.f\n\tx.go:1")}}}
	want := "asyncio: a task group failed with 3 errors:\n\tzero\n" +
		"\tasyncio: a task group failed with 2 errors:\n\t\tEOF\n\t\tasyncio: cancelled: m\n" +
		"\tasyncio: panic: 7\n\t\n\tmain.f\n\t\tx.go:1"
	equal(t, "text", outer.Error(), want)
	equal(t, "text of one error", (&taskgroups.GroupError{Errors: []error{errMine}}).Error(), "asyncio: a task group failed:\n\tmine")

	var c *futures.CancelledError
	equal(t, "errors.Is finds the first", errors.Is(outer, errZero), true)
	equal(t, "errors.Is finds a nested one", errors.Is(outer, io.EOF), true)
	equal(t, "errors.Is finds what is not there", errors.Is(outer, io.ErrUnexpectedEOF), false)
	equal(t, "errors.As finds a nested one", errors.As(outer, &c), true)
	equal(t, "IsCancelled", futures.IsCancelled(outer), false)
	equal(t, "IsCancelled of one that wraps it", futures.IsCancelled(fmt.Errorf("x: %w", inner)), false)
}
