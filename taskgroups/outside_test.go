package taskgroups_test

// Groups whose task is cancelled from outside.

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// test_taskgroups.TestTaskGroup.test_cancellation, test_taskgroup_07,
// test_taskgroup_17, test_taskgroup_22
func TestCancelFromOutside(t *testing.T) {
	tests := []struct {
		name  string
		tasks int
		body  func(ctx context.Context) error
	}{
		{"while it waits for tasks", 5, func(context.Context) error { return nil }},
		{"while the body runs", 5, func(ctx context.Context) error { return tasks.Sleep(ctx, 10*time.Second) }},
		{"without tasks", 0, func(ctx context.Context) error { return tasks.Sleep(ctx, 10*time.Second) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				cleaned := 0
				task := runGroup(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					for range tt.tasks {
						add(t, g, cleaning(t, time.Second, &cleaned))
					}
					return tt.body(ctx)
				})
				wait(t, ctx, 100*time.Millisecond)
				equal(t, "done", task.Done(), false)
				task.Cancel("enough")
				_, err := task.Await(ctx)
				fails(t, "the group", err, "cancelled(enough)")
				equal(t, "cleaned", cleaned, tt.tasks)
				equal(t, "Cancelling", task.Cancelling(), 1)
			})
		})
	}
}

// test_taskgroups.TestTaskGroup.test_taskgroup_15, test_taskgroup_16
func TestErrorBeatsCancelFromOutside(t *testing.T) {
	for _, nested := range []bool{false, true} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			group := func(ctx context.Context) error {
				return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					add(t, g, failing(300*time.Millisecond, errZero))
					err := tasks.Sleep(ctx, 10*time.Second)
					fails(t, "the cleanup, cut short by the failing task", tasks.Sleep(ctx, 500*time.Millisecond), "cancelled()")
					return err
				})
			}
			task := tasks.Go(ctx, func(ctx context.Context) error {
				if !nested {
					return group(ctx)
				}
				_, err := tasks.Go(ctx, group).Await(ctx)
				return err
			})
			wait(t, ctx, 100*time.Millisecond)
			equal(t, "done", task.Done(), false)
			task.Cancel()
			_, err := task.Await(ctx)
			fails(t, "the group", err, "group[zero]")
		})
	}
}

// test_taskgroups.TestTaskGroup.test_cancelling_level_preserved
func TestHandledErrorLeavesNoTrace(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			add(t, g, failing(0, errMine))
			return nil
		})
		fails(t, "Run", err, "group[mine]")
		equal(t, "Cancelling", tasks.Current(ctx).Cancelling(), 0)
		wait(t, ctx, time.Second)
	})
}

// test_taskgroups.TestTaskGroup.test_nested_groups_both_cancelled
func TestNestedGroupsBothFail(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		err := taskgroups.Run(ctx, func(ctx context.Context, outer *taskgroups.Group) error {
			err := taskgroups.Run(ctx, func(ctx context.Context, inner *taskgroups.Group) error {
				add(t, inner, failing(0, errMine))
				add(t, outer, failing(0, errValue))
				return nil
			})
			fails(t, "the inner group", err, "group[mine]")
			equal(t, "Cancelling after the inner one", tasks.Current(ctx).Cancelling(), 1)
			return nil
		})
		fails(t, "the outer group", err, "group[value]")
		equal(t, "Cancelling after the outer one", tasks.Current(ctx).Cancelling(), 0)
		wait(t, ctx, time.Second)
	})
}

// test_taskgroups.TestTaskGroup.test_error_and_cancel
func TestCancelComesAfterTheHandledError(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		started := futures.New[int](ctx)
		inner := tasks.Go(ctx, func(ctx context.Context) error {
			err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
				g.Go(func(ctx context.Context) error {
					started.SetResult(1)
					tasks.Sleep(ctx, 0)
					return errMine
				})
				return tasks.Sleep(ctx, time.Second)
			})
			fails(t, "the group", err, "group[mine]")
			equal(t, "Cancelling", tasks.Current(ctx).Cancelling(), 1)
			return tasks.Sleep(ctx, time.Second)
		})
		started.Await(ctx)
		equal(t, "Cancelling before", inner.Cancelling(), 0)
		inner.Cancel()
		equal(t, "Cancelling", inner.Cancelling(), 1)
		_, err := inner.Await(ctx)
		fails(t, "the task", err, "cancelled()")
		equal(t, "cancelled", inner.Cancelled(), true)
		equal(t, "time", now(ctx), 0)
	})
}

// The first cancellation while waiting ends the group, later ones do not hurry it.
func TestFurtherCancelsAreAbsorbedUntilTheTasksAreDone(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		cleaned := 0
		task := runGroup(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			add(t, g, cleaning(t, 3*time.Second, &cleaned))
			return nil
		})
		for _, msg := range []string{"first", "second", "third"} {
			wait(t, ctx, time.Second)
			equal(t, "Cancel", task.Cancel(msg), true)
			equal(t, "done", task.Done(), false)
		}
		_, err := task.Await(ctx)
		fails(t, "the group", err, "cancelled(first)")
		equal(t, "cleaned", cleaned, 1)
		equal(t, "time", now(ctx), 4*time.Second)
		equal(t, "Cancelling", task.Cancelling(), 3)
	})
}

func TestTimeoutAroundAGroup(t *testing.T) {
	tests := []struct {
		name string
		task func(ctx context.Context) (int, error)
		want string
		next string // error of the next await
	}{
		{"tasks that are cancelled", after(time.Hour, 0), "timeout", "nil"},
		{"a task that fails meanwhile", failingAtEnd(time.Hour, errZero), "group[zero]", "nil"},
		{"a task that fails at once with it", failing(time.Second, errZero), "timeout", "nil"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				err := timeouts.Run(ctx, time.Second, func(ctx context.Context) error {
					return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
						add(t, g, tt.task)
						return nil
					})
				})
				fails(t, "Run", err, tt.want)
				fails(t, "the next await", tasks.Sleep(ctx, 0), tt.next)
				equal(t, "Cancelling", tasks.Current(ctx).Cancelling(), 0)
			})
		})
	}
}

// What a body raises by hand counts as if it had been cancelled.
func TestBodyThatReturnsACancellation(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		cleaned := 0
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			add(t, g, cleaning(t, time.Second, &cleaned))
			wait(t, ctx, 0)
			return &futures.CancelledError{Msg: "by hand"}
		})
		fails(t, "Run", err, "cancelled(by hand)")
		equal(t, "cleaned", cleaned, 1)
		equal(t, "a bare context.Canceled is an error like others", describe(
			taskgroups.Run(ctx, func(context.Context, *taskgroups.Group) error { return context.Canceled })),
			"group[context canceled]")
		equal(t, "errors.Is sees it", errors.Is(err, context.Canceled), true)
	})
}
