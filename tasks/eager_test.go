package tasks_test

// Eager tasks: test_eager_task_factory.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// test_eager_task_factory.EagerTaskFactoryLoopTests.test_await_future_during_eager_step,
// test_eager_completion, test_block_after_eager_step
func TestEagerFirstStep(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[string](ctx)
		setter := tasks.Go(ctx, func(context.Context) error { return fut.SetResult("set") })
		equal(t, "setter done", setter.Done(), true)
		v, err := fut.Await(ctx)
		outcome(t, "the future", v, err, "set")

		quick := tasks.Create(ctx, func(context.Context) (string, error) { return "hello", nil })
		equal(t, "quick done", quick.Done(), true)
		v, err = quick.Await(ctx)
		outcome(t, "quick", v, err, "hello")

		slow := tasks.Create(ctx, after(time.Second, "slow"))
		equal(t, "slow done", slow.Done(), false)
		v, err = slow.Await(ctx)
		outcome(t, "slow", v, err, "slow")
	}, runners.WithEagerTasks())
}

// test_eager_task_factory.EagerTaskFactoryLoopTests.test_cancellation_after_eager_completion
func TestCancelAfterEagerCompletion(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Create(ctx, after(-1, "done"), tasks.Eager(false))
		done := tasks.Create(ctx, func(context.Context) (string, error) { return "done", nil })
		equal(t, "Cancel", done.Cancel(), false)
		equal(t, "Cancelling", done.Cancelling(), 0)
		v, err := done.Await(ctx)
		outcome(t, "the task", v, err, "done")
		equal(t, "the lazy one is done", task.Done(), false)
		task.Await(ctx)
	}, runners.WithEagerTasks())
}

// test_eager_task_factory.EagerTaskFactoryLoopTests.test_cancellation_after_eager_step_blocks
func TestCancelAfterEagerStepThatWaits(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Create(ctx, after(time.Second, 0), tasks.Eager(true))
		task.Cancel("message")
		equal(t, "Cancelling", task.Cancelling(), 1)
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled(message)")
	})
}

// test_eager_task_factory.EagerTaskFactoryLoopTests.test_current_task
func TestCurrentTaskInAnEagerStep(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		current := func(ctx context.Context) string { return tasks.Current(ctx).Name() }
		var seen []string
		inner := func(ctx context.Context) error {
			seen = append(seen, current(ctx))
			err := tasks.Sleep(ctx, time.Second)
			seen = append(seen, current(ctx))
			return err
		}
		outer := tasks.Go(ctx, func(ctx context.Context) error {
			seen = append(seen, current(ctx))
			in := tasks.Go(ctx, inner, tasks.WithName("inner"))
			seen = append(seen, current(ctx))
			_, err := in.Await(ctx)
			return err
		}, tasks.WithName("outer"))
		seen = append(seen, current(ctx))
		outer.Await(ctx)
		equal(t, "current tasks", seen, []string{"outer", "inner", "outer", "Task-1", "inner"})
	}, runners.WithEagerTasks())
}

// The ctx of the creator is not that of the running task while another takes
// its eager step.
func TestContextOfTheCreatorInAnEagerStep(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		tasks.Go(ctx, func(context.Context) error {
			fails(t, "the await", tasks.Sleep(ctx, 0), "wrong task(owner Task-1, running eager)")
			return nil
		}, tasks.WithName("eager"), tasks.Eager(true))
		fails(t, "the creator's await", tasks.Sleep(ctx, 0), "nil")
	})
}

// test_eager_task_factory.EagerTaskFactoryLoopTests.test_all_tasks_with_eager_completion,
// test_all_tasks_with_blocking; and the order in which All has them.
func TestAllDuringAnEagerStep(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var during []string
		quick := tasks.Go(ctx, func(ctx context.Context) error {
			return tasks.Go(ctx, func(ctx context.Context) error {
				tasks.Create(ctx, after(time.Second, 0), tasks.WithName("child"))
				during = names(tasks.All(ctx))
				return nil
			}, tasks.WithName("innermost")).Err()
		}, tasks.WithName("quick"))
		// Registered tasks come first; those in their eager step are not yet.
		equal(t, "All during the step", during, []string{"Task-1", "child", "quick", "innermost"})
		equal(t, "quick is done", quick.Done(), true)
		equal(t, "All after it", names(tasks.All(ctx)), []string{"Task-1", "child"})

		fut := futures.New[int](ctx)
		slow := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			during = names(tasks.All(ctx))
			return fut.Await(ctx)
		}, tasks.WithName("slow"))
		equal(t, "All during the step", during, []string{"Task-1", "child", "slow"})
		equal(t, "All after it", names(tasks.All(ctx)), []string{"Task-1", "child", "slow"})
		fut.SetResult(1)
		slow.Await(ctx)
		equal(t, "All in the end", names(tasks.All(ctx)), []string{"Task-1", "child"})
	}, runners.WithEagerTasks())
}

// test_eager_task_factory.EagerTaskFactoryLoopTests.test_context_vars
func TestValuesInAnEagerStep(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		ctx = context.WithValue(ctx, key{}, 1)
		var seen []any
		task := tasks.Go(ctx, func(ctx context.Context) error {
			seen = append(seen, ctx.Value(key{}))
			ctx = context.WithValue(ctx, key{}, 2)
			err := tasks.Sleep(ctx, time.Second)
			seen = append(seen, ctx.Value(key{}))
			return err
		})
		equal(t, "value of the creator", ctx.Value(key{}), any(1))
		task.Await(ctx)
		equal(t, "values", seen, []any{1, 2})
	}, runners.WithEagerTasks())
}

// The main task is never eager, and neither is one made while the loop does not
// run.
func TestEagerNeedsARunningLoop(t *testing.T) {
	leak.Check(t)
	l := eventloop.New(eventloop.WithEagerTasks())
	defer l.Close()
	started := false
	task := tasks.Go(l.Context(context.Background()), func(context.Context) error { started = true; return nil })
	equal(t, "started", started, false)
	fails(t, "the run", l.RunUntilComplete(task), "nil")
	equal(t, "started", started, true)
}

// One that cancels itself in its eager step is cancelled at its first wait.
func TestEagerTaskThatCancelsItself(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		for _, d := range []time.Duration{0, time.Second} {
			task := tasks.Create(ctx, func(ctx context.Context) (int, error) {
				tasks.Current(ctx).Cancel("own")
				return 0, tasks.Sleep(ctx, d)
			})
			_, err := task.Await(ctx)
			fails(t, "the task", err, "cancelled(own)")
		}
		ended := tasks.Create(ctx, func(ctx context.Context) (int, error) {
			tasks.Current(ctx).Cancel("at its end")
			return 1, nil
		})
		equal(t, "Done", ended.Done(), true)
		fails(t, "the one that ended", ended.Err(), "cancelled(at its end)")
	}, runners.WithEagerTasks())
}

// An eager task started from a callback is the current one there too.
func TestEagerTaskFromACallback(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l := eventloop.FromContext(ctx)
		var got []string
		l.CallSoon(func() {
			tasks.Go(l.Context(ctx), func(ctx context.Context) error {
				got = append(got, tasks.Current(ctx).Name())
				return tasks.Sleep(ctx, 0)
			}, tasks.WithName("eager"), tasks.Eager(true))
			equal(t, "current in the callback is nil", tasks.Current(ctx) == nil, true)
		})
		turns(ctx, 3)
		equal(t, "current", got, []string{"eager"})
	})
}

// A panic in an eager step comes before anybody can await the task: it is
// reported only if nobody does later.
func TestPanicInAnEagerStep(t *testing.T) {
	for _, awaited := range []bool{true, false} {
		leak.Check(t)
		var r reports
		fails(t, "the run", runErr(func(ctx context.Context) error {
			task := tasks.Go(ctx, func(context.Context) error { panic("boom") }, tasks.WithName("eager"), tasks.Eager(true))
			equal(t, "Done", task.Done(), true)
			if awaited {
				_, err := task.Await(ctx)
				fails(t, "the task", err, "panic(boom)")
			}
			return tasks.Sleep(ctx, time.Second)
		}, r.option()), "nil")
		want := []string{"error was never retrieved: eager: panic(boom)"}
		if awaited {
			want = nil
		}
		equal(t, "reports", r.lines, want)
	}
}
