package tasks_test

// Tasks and their loop: names, the current task, contexts, the run loop.

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

// test_tasks.BaseTaskTests.test_stop_while_run_in_complete
func TestStopLeavesRunUntilComplete(t *testing.T) {
	leak.Check(t)
	var clock eventloop.VirtualClock
	l := eventloop.New(eventloop.WithClock(&clock))
	defer l.Close()
	x := 0
	task := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		for x < 10 {
			if err := tasks.Sleep(ctx, 100*time.Millisecond); err != nil {
				return err
			}
			if x++; x == 2 {
				l.Stop()
			}
		}
		return nil
	})
	fails(t, "the stopped run", l.RunUntilComplete(task), eventloop.ErrLoopStopped.Error())
	equal(t, "Done", task.Done(), false)
	equal(t, "x", x, 2)
	equal(t, "time", clock.Now(), 200*time.Millisecond)

	task.Cancel()
	fails(t, "the second run", l.RunUntilComplete(task), "nil")
	fails(t, "the task", task.Err(), "cancelled()")
}

// test_tasks.BaseTaskTests.test_task_awaits_on_itself
func TestTaskCannotAwaitItself(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var task *tasks.Task[int]
		task = tasks.Create(ctx, func(ctx context.Context) (int, error) { return task.Await(ctx) })
		_, err := task.Await(ctx)
		fails(t, "the task", err, tasks.ErrSelfAwait.Error())
	})
}

// Having been told so, it can go on as before, and be awaited.
func TestTaskSurvivesAwaitingItself(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var task *tasks.Task[int]
		task = tasks.Create(ctx, func(ctx context.Context) (int, error) {
			task.Await(ctx)
			return 5, tasks.Sleep(ctx, time.Second)
		})
		v, err := task.Await(ctx)
		outcome(t, "the task", v, err, 5)
	})
}

// test_tasks.BaseTaskTests.test_other_loop_future
func TestFutureOfAnotherLoop(t *testing.T) {
	leak.Check(t)
	other := eventloop.New()
	defer other.Close()
	fut := futures.On[int](other)
	run(t, func(ctx context.Context) {
		_, err := fut.Await(ctx)
		fails(t, "the await", err, eventloop.ErrForeignLoop.Error())
		equal(t, "fut done", fut.Done(), false)
		fails(t, "the next await", tasks.Sleep(ctx, time.Second), "nil")
	})
}

// test_tasks.BaseTaskTests.test_current_task_with_interleaving_tasks
func TestCurrentTaskFollowsTheSwitches(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut1, fut2 := futures.New[bool](ctx), futures.New[bool](ctx)
		current := func(ctx context.Context) string { return tasks.Current(ctx).Name() }
		one := tasks.Go(ctx, func(ctx context.Context) error {
			equal(t, "current in one", current(ctx), "one")
			fut1.Await(ctx)
			equal(t, "current in one", current(ctx), "one")
			fut2.SetResult(true)
			return nil
		}, tasks.WithName("one"))
		two := tasks.Go(ctx, func(ctx context.Context) error {
			equal(t, "current in two", current(ctx), "two")
			fut1.SetResult(true)
			fut2.Await(ctx)
			equal(t, "current in two", current(ctx), "two")
			return nil
		}, tasks.WithName("two"))
		eventloop.FromContext(ctx).CallSoon(func() {
			equal(t, "current in a callback is nil", tasks.Current(ctx) == nil, true)
		})
		_, _, err := tasks.Wait(ctx, []tasks.Any{one, two}, tasks.AllCompleted, tasks.NoTimeout)
		fails(t, "Wait", err, "nil")
		equal(t, "current in main", current(ctx), "Task-1")
	})
}

type key struct{}

// test_tasks.BaseTaskTests.test_context_3: each task has the values it was
// given, whatever the others do in between.
func TestValuesOfContextsStayApart(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		sub := func(ctx context.Context) error {
			num := ctx.Value(key{}).(int)
			for i := range 10 {
				inner := context.WithValue(ctx, key{}, num+i)
				if err := tasks.Sleep(inner, time.Duration((num*7+i)%5)*time.Millisecond); err != nil {
					return err
				}
				equal(t, "value", inner.Value(key{}).(int), num+i)
				equal(t, "value outside", ctx.Value(key{}).(int), num)
			}
			return nil
		}
		var all []tasks.Awaitable[struct{}]
		for num := range 100 {
			all = append(all, tasks.Go(context.WithValue(ctx, key{}, num), sub))
		}
		_, err := tasks.Gather(ctx, all...).Await(ctx)
		fails(t, "Gather", err, "nil")
		equal(t, "value of the creator", ctx.Value(key{}), nil)
	})
}

// A child has the values of its creator's ctx, and neither its cancellation nor
// its deadline.
func TestChildInheritsValuesOnly(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		derived, cancel := context.WithTimeout(context.WithValue(ctx, key{}, "v"), -time.Second)
		defer cancel()
		child := tasks.Create(derived, func(ctx context.Context) (any, error) {
			_, has := ctx.Deadline()
			equal(t, "has a deadline", has, false)
			equal(t, "Err", ctx.Err(), nil)
			return ctx.Value(key{}), tasks.Sleep(ctx, time.Second)
		})
		v, err := child.Await(ctx)
		outcome(t, "the child", v, err, "v")
	})
}

// test_tasks.SetMethodsTest.test_set_result_causes_invalid_state: here it is
// refused, and the task's outcome stays its own.
func TestOutcomeOfATaskCannotBeSet(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Create(ctx, after(time.Second, 10))
		fails(t, "SetResult", task.SetResult(1), tasks.ErrNoOutcomeSetter.Error())
		fails(t, "SetError", task.SetError(errTest), tasks.ErrNoOutcomeSetter.Error())
		v, err := task.Await(ctx)
		outcome(t, "the task", v, err, 10)
	})
}

func TestResultBeforeTheEnd(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Create(ctx, after(time.Second, 10))
		_, err := task.Result()
		fails(t, "Result", err, futures.ErrInvalidState.Error())
		fails(t, "Err", task.Err(), futures.ErrInvalidState.Error())
		task.Await(ctx)
		v, err := task.Result()
		outcome(t, "the task", v, err, 10)
	})
}

func TestNames(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		make := func(opts ...tasks.Option) *tasks.Task[int] { return tasks.Create(ctx, after(0, 0), opts...) }
		all := []*tasks.Task[int]{make(), make(tasks.WithName("named")), make(), make(tasks.WithName(""))}
		equal(t, "names", names(all), []string{"Task-2", "named", "Task-3", "Task-4"})
		all[0].SetName("renamed")
		equal(t, "String", all[0].String(), "renamed")
		equal(t, "name of main", tasks.Current(ctx).Name(), "Task-1")
		equal(t, "All", names(tasks.All(ctx)), []string{"Task-1", "renamed", "named", "Task-3", "Task-4"})
		turns(ctx, 3)
		equal(t, "All when they are done", names(tasks.All(ctx)), []string{"Task-1"})
	})
}

// The hook hears of a task before its constructor returns, and its subscriptions
// come first.
func TestTaskHookComesFirst(t *testing.T) {
	leak.Check(t)
	var got []string
	hook := runners.WithTaskHook(func(task tasks.Any) {
		got = append(got, "hook "+task.Name())
		futures.AddCallback(task, func() { got = append(got, "done "+task.Name()) })
	})
	run(t, func(ctx context.Context) {
		child := tasks.Create(ctx, after(time.Second, 0), tasks.WithName("child"))
		got = append(got, "created")
		child.AddDoneCallback(func(c *tasks.Task[int]) { got = append(got, "callback of "+c.Name()) })
		child.Await(ctx)
		got = append(got, "awaited")
		tasks.Create(ctx, after(0, 0), tasks.WithName("eager"), tasks.Eager(true))
		got = append(got, "created eager")
		turns(ctx, 2)
	}, hook)
	equal(t, "events", got, []string{
		"hook Task-1", "hook child", "created", "done child", "callback of child", "awaited",
		"hook eager", "created eager", "done eager", "done Task-1",
	})
}

func TestDoneCallbacks(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		calls := 0
		count := func(*tasks.Task[int]) { calls++ }
		task := tasks.Create(ctx, after(time.Second, 0))
		task.AddDoneCallback(count)
		taken := task.AddDoneCallback(count)
		equal(t, "removed", task.RemoveDoneCallback(taken), 1)
		equal(t, "removed again", task.RemoveDoneCallback(taken), 0)
		task.Await(ctx)
		equal(t, "calls", calls, 1)
		task.AddDoneCallback(count)
		equal(t, "calls before the next turn", calls, 1)
		turns(ctx, 1)
		equal(t, "calls", calls, 2)
	})
}
