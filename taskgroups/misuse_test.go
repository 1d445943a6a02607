package taskgroups_test

// What must not be done with a group.

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
)

func nothing(context.Context) error { return nil }

func sleeper(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) }

func TestNilFunctionsPanic(t *testing.T) {
	var g taskgroups.Group
	ctx := context.Background()
	tests := []struct {
		fn   func()
		want string
	}{
		{func() { taskgroups.Run(ctx, nil) }, "asyncio: taskgroups.Run of a nil function"},
		{func() { g.Do(ctx, nil) }, "asyncio: Do of a nil function"},
		{func() { g.Go(nil) }, "asyncio: Group.Go of a nil function"},
		{func() { taskgroups.Create[int](&g, nil) }, "asyncio: taskgroups.Create of a nil function"},
		{func() { g.Do(ctx, nothing) }, "asyncio: ctx has no event loop; pass the ctx that the task's function received"},
	}
	for _, tt := range tests {
		equal(t, "panic", panics(tt.fn), tt.want)
	}
}

// test_taskgroups.TestTaskGroup.test_taskgroup_not_entered,
// test_taskgroup_finished, test_coro_closed_when_tg_closed
func TestGroupThatTakesNoTasks(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var g taskgroups.Group
		ran := false
		refuses := func(want string) {
			t.Helper()
			task, err := taskgroups.Create(&g, func(context.Context) (int, error) { ran = true; return 0, nil })
			fails(t, "Create", err, want)
			equal(t, "no task", task == nil, true)
			err = g.Go(func(context.Context) error { ran = true; return nil })
			fails(t, "Go", err, want)
			equal(t, "is ErrClosed", errors.Is(err, taskgroups.ErrClosed), true)
		}
		refuses("asyncio: the task group has not been entered; create its tasks inside Do")
		err := g.Do(ctx, func(ctx context.Context) error {
			g.Cancel()
			refuses("asyncio: the task group is shutting down; return, its tasks are being cancelled")
			return nil
		})
		fails(t, "Do", err, "nil")
		refuses("asyncio: the task group is finished; make a new one")
		wait(t, ctx, time.Second)
		equal(t, "a refused function ran", ran, false)
		equal(t, "tasks", len(tasks.All(ctx)), 1)
	})
}

// test_taskgroups.TestTaskGroup.test_taskgroup_already_entered,
// test_taskgroup_double_enter
func TestGroupIsEnteredOnce(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		g := taskgroups.New()
		again := func(ctx context.Context) {
			t.Helper()
			err := g.Do(ctx, func(context.Context) error { t.Error("the body ran again"); return nil })
			fails(t, "Do", err, taskgroups.ErrEntered.Error())
		}
		err := g.Do(ctx, func(ctx context.Context) error {
			again(ctx)
			return g.Go(func(ctx context.Context) error { wait(t, ctx, 0); again(ctx); return nil })
		})
		fails(t, "Do", err, "nil")
		again(ctx)
	})
}

// test_taskgroups.TestTaskGroup.test_taskgroup_without_parent_task
func TestGroupIsEnteredInItsOwnTask(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		body := func(context.Context, *taskgroups.Group) error { t.Error("the body ran"); return nil }
		l := eventloop.FromContext(ctx)
		l.CallSoon(func() {
			fails(t, "Run with the loop's ctx", taskgroups.Run(l.Context(context.Background()), body), coro.ErrNoTask.Error())
			fails(t, "Run in a callback", taskgroups.Run(ctx, body), "wrong task(owner Task-1, running )")
		})
		other := tasks.Go(ctx, func(context.Context) error { return taskgroups.Run(ctx, body) }, tasks.WithName("other"))
		_, err := other.Await(ctx)
		fails(t, "Run in another task", err, "wrong task(owner Task-1, running other)")
	})
}
