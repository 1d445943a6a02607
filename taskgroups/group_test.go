package taskgroups_test

// Groups in which nothing fails.

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
)

// test_taskgroups.TestTaskGroup.test_taskgroup_01, test_taskgroup_02
func TestRunWaitsForItsTasks(t *testing.T) {
	for _, between := range []time.Duration{0, 150 * time.Millisecond} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			var t1 *tasks.Task[int]
			var t2 *tasks.Task[string]
			err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
				t1 = add(t, g, after(100*time.Millisecond, 42))
				wait(t, ctx, between)
				t2 = add(t, g, after(200*time.Millisecond, "eleven"))
				return nil
			})
			fails(t, "Run", err, "nil")
			equal(t, "time", now(ctx), between+200*time.Millisecond)
			v1, err1 := t1.Result()
			v2, err2 := t2.Result()
			equal(t, "results", fmt.Sprintf("%v %v %v %v", v1, err1, v2, err2), "42 <nil> eleven <nil>")
		})
	}
}

// test_taskgroups.TestTaskGroup.test_taskgroup_03
func TestCancellingOneTaskLeavesTheRest(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var t1, t2 *tasks.Task[int]
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			t1 = add(t, g, after(time.Second, 42))
			wait(t, ctx, 150*time.Millisecond)
			t1.Cancel()
			t2 = add(t, g, after(200*time.Millisecond, 11))
			return nil
		})
		fails(t, "Run", err, "nil")
		equal(t, "t1 cancelled", t1.Cancelled(), true)
		v, err := t2.Result()
		fails(t, "t2", err, "nil")
		equal(t, "result of t2", v, 11)
	})
}

// test_taskgroups.TestTaskGroup.test_taskgroup_23
func TestRunForgetsTasksThatAreDone(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		alive := 0
		job := func(ctx context.Context) error {
			alive++
			defer func() { alive-- }()
			return tasks.Sleep(ctx, 300*time.Millisecond)
		}
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			for i := range 10 {
				wait(t, ctx, 100*time.Millisecond)
				fails(t, "Go", g.Go(job), "nil")
				if i == 5 {
					equal(t, "tasks while the body runs", len(tasks.All(ctx)) < 6, true)
				}
			}
			wait(t, ctx, 1350*time.Millisecond)
			equal(t, "tasks at the end of the body", len(tasks.All(ctx)), 1)
			return nil
		})
		fails(t, "Run", err, "nil")
		equal(t, "jobs alive", alive, 0)
	})
}

// test_taskgroups.TestTaskGroup.test_taskgroup_24
func TestTasksMayAddTasks(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			return g.Go(func(ctx context.Context) error {
				wait(t, ctx, 100*time.Millisecond)
				add(t, g, after(100*time.Millisecond, 0))
				add(t, g, after(200*time.Millisecond, 0))
				return nil
			})
		})
		fails(t, "Run", err, "nil")
		equal(t, "time", now(ctx), 300*time.Millisecond)
	})
}

// test_taskgroups.TestTaskGroup.test_taskgroup_task_name
func TestCreateTakesOptions(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			equal(t, "name", add(t, g, after(0, 0), tasks.WithName("yolo")).Name(), "yolo")
			return g.Go(func(ctx context.Context) error {
				equal(t, "name of another", tasks.Current(ctx).Name(), "other")
				return nil
			}, tasks.WithName("other"))
		})
		fails(t, "Run", err, "nil")
	})
}

// test_taskgroups.TestTaskGroup.test_taskgroup_task_context
func TestTasksHaveTheValuesOfTheBody(t *testing.T) {
	leak.Check(t)
	type key string
	run(t, func(ctx context.Context) {
		ctx = context.WithValue(ctx, key("a"), 1)
		err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			equal(t, "value in the body", ctx.Value(key("a")), any(1))
			add(t, g, func(ctx context.Context) (int, error) {
				equal(t, "value in a task of Create", ctx.Value(key("a")), any(1))
				return 0, nil
			})
			return g.Go(func(ctx context.Context) error {
				equal(t, "value in a task of Go", ctx.Value(key("a")), any(1))
				return nil
			})
		})
		fails(t, "Run", err, "nil")
	})
}

// A group adds one hop: the task's end makes the loop call the group, which ends
// the wait, which makes the loop step the waiting task.
func TestRunTakesTwoIterationsAfterItsLastTask(t *testing.T) {
	leak.Check(t)
	tests := []struct {
		name  string
		tasks int
		want  int // iterations that Run takes
	}{
		{"without tasks", 0, 0},
		{"one task", 1, 3}, // its step, the group's callback, the wake-up
		{"many tasks", 7, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				over, n := false, 0
				counter := tasks.Go(ctx, func(ctx context.Context) error {
					for !over {
						n++
						wait(t, ctx, 0)
					}
					return nil
				})
				wait(t, ctx, 0)
				before := n
				err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
					for range tt.tasks {
						g.Go(func(context.Context) error { return nil })
					}
					return nil
				})
				equal(t, "iterations", n-before, tt.want)
				fails(t, "Run", err, "nil")
				over = true
				counter.Await(ctx)
			})
		})
	}
}

// gh-128550: the group hears of a task that was done at once no earlier than of
// others.
func TestEagerTaskThatFailsDoesNotCancelTooEarly(t *testing.T) {
	leak.Check(t)
	for _, eager := range []bool{false, true} {
		run(t, func(ctx context.Context) {
			reached := false
			err := taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
				task := add(t, g, func(context.Context) (int, error) { return 0, errZero }, tasks.Eager(eager))
				equal(t, "done at once", task.Done(), eager)
				add(t, g, after(0, 1)) // the group still takes tasks
				reached = true
				return tasks.Sleep(ctx, time.Second)
			})
			fails(t, "Run", err, "group[zero]")
			equal(t, "reached", reached, true)
			equal(t, "time", now(ctx), 0)
		})
	}
}

func TestGroupInUseIsNamedInReports(t *testing.T) {
	leak.Check(t)
	err := runErr(func(ctx context.Context) error {
		return taskgroups.Run(ctx, func(ctx context.Context, g *taskgroups.Group) error {
			return g.Go(func(ctx context.Context) error {
				var never int
				_, err := cleaning(t, 0, &never)(ctx)
				return err
			})
		})
	})
	want := "asyncio: deadlock: 2 tasks wait, and nothing can wake them:\n" +
		"\tTask-1 waits for group 1 (1 left)\n\tTask-2 waits for future 1\n" +
		"If something outside the loop will, hold the loop with Loop.Hold meanwhile."
	fails(t, "the run", err, want)
}
