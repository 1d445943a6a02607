package main

// What stands on the callbacks: futures, tasks, sleep and gather.

import (
	"context"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

var futureStop = stop{
	name:  "future",
	title: "Future: a result that is not there yet",
	text: `
A future is pending until somebody sets its result, sets an error or cancels it.
Then it is done for good.

What waits for it is never called from within SetResult. It is put on the ready
queue, in the order in which it asked, and runs in the next iteration. So whoever
sets a result can finish what they are doing first.`,
	code: "future",
	run:  future,
	read: []ref{
		{"futures/future.go", "Future", "futures.Future"},
		{"futures/future.go", "Result", "Future.result"},
		{"futures/future.go", "SetResult", "Future.set_result"},
		{"futures/future.go", "AddDoneCallback", "Future.add_done_callback"},
		{"futures/future.go", "Cancel", "Future.cancel"},
		{"internal/future/core.go", "schedule", "Future.__schedule_callbacks"},
	},
}

func future(t *tour) error {
	l := eventloop.New(t.watch())
	defer l.Close()

	egg := futures.On[string](l)
	egg.AddDoneCallback(func(f *asyncio.Future[string]) {
		v, err := f.Result()
		t.say("first callback: %q, %v", v, err)
	})
	egg.AddDoneCallback(func(*asyncio.Future[string]) {
		t.say("second callback: stops the loop")
		l.Stop()
	})
	t.say("%v", egg.Err())

	l.CallSoon(func() {
		egg.SetResult("boiled")
		t.say("the result is set; no callback has run yet")
		t.say("%v", egg.SetResult("fried"))
	})
	return l.RunForever()
}

var taskStop = stop{
	name:  "task",
	title: "Task: a coroutine that the loop steps",
	text: `
A task drives one coroutine. Its step, the callback that the panel calls "task
cook", sends into the coroutine and looks at what comes out: a future that is
not done. The task subscribes to it, and is put on the queue again when it is
done. In between its stack is parked, and other tasks run.

Run makes a loop and the main task, whose name is Task-1. Count the iterations:
one from CreateTask to the first step, one from the end of what is awaited to
the step of whoever awaits it. The last callback is RunUntilComplete's.`,
	code: "task",
	run:  task,
	read: []ref{
		{"tasks/task.go", "Task", "tasks.Task"},
		{"tasks/task.go", "Create", "BaseEventLoop.create_task"},
		{"tasks/step.go", "Run", "Task.__step"},
		{"tasks/step.go", "stepResult", "Task.__step_run_and_handle_result"},
		{"tasks/step.go", "wakeup", "Task.__wakeup"},
		{"futures/future.go", "Await", "Future.__await__"},
		{"tasks/task.go", "SetResult", "Task.set_result"},
	},
}

func task(t *tour) error {
	main := func(ctx context.Context) error {
		egg := asyncio.NewFuture[string](ctx)
		fry := func(ctx context.Context) (string, error) {
			t.say("cook: awaits the egg")
			v, err := egg.Await(ctx)
			t.say("cook: has %s", v)
			return "an omelette", err
		}
		cook := asyncio.CreateTask(ctx, fry, asyncio.WithName("cook"))
		t.say("main: cook exists, but has not begun")
		if err := asyncio.Sleep(ctx, 0); err != nil {
			return err
		}
		egg.SetResult("an egg")
		t.say("main: cook is ready, but does not run yet")
		dish, err := cook.Await(ctx)
		t.say("main: has %s", dish)
		return err
	}
	return asyncio.Run(context.Background(), main,
		runners.WithLoop(t.watch()))
}

var sleepStop = stop{
	name:  "sleep",
	title: "Sleep, and Sleep(0)",
	text: `
A sleep is a timer that completes a future that the task awaits: the timer runs
in iteration 4, and the task, woken by it, in 5.

Sleep of zero is less: a bare yield, without timer or future. The task goes to
the end of the queue, and is back in the next iteration. That is how a task that
has much to do lets others run: nobody interrupts it.`,
	code: "sleep",
	run:  sleep,
	read: []ref{
		{"tasks/sleep.go", "Sleep", "tasks.sleep, tasks.__sleep0"},
		{"tasks/sleep.go", "sleeper", "_set_result_unless_cancelled"},
	},
}

func sleep(t *tour) error {
	main := func(ctx context.Context) error {
		cat := asyncio.Go(ctx, func(ctx context.Context) error {
			t.say("cat: sleeps")
			err := asyncio.Sleep(ctx, 8*time.Hour)
			t.say("cat: is awake")
			return err
		}, asyncio.WithName("cat"))

		for n := range 2 {
			t.say("main: page %d", n+1)
			if err := asyncio.Sleep(ctx, 0); err != nil {
				return err
			}
		}
		t.say("main: waits for the cat")
		_, err := cat.Await(ctx)
		return err
	}
	return asyncio.Run(context.Background(), main,
		runners.WithLoop(t.watch()))
}

var gatherStop = stop{
	name:  "gather",
	title: "Gather: many at once, results in order",
	text: `
Gather makes a task of each coroutine and subscribes to all of them. It is not a
task itself, only a future that counts: each child that is done calls back, a
gatherNode in the queue, and the last one completes it. The results are in the
order of the arguments, whichever was first.

If a child fails, its error completes the gather at once, and the others go on.`,
	code: "gather",
	run:  gather,
	read: []ref{
		{"tasks/gather.go", "Gather", "tasks.gather"},
		{"tasks/gather.go", "GatheringFuture", "tasks._GatheringFuture"},
		{"tasks/gather.go", "childDone", "_done_callback in tasks.gather"},
	},
}

func gather(t *tour) error {
	bake := func(what string, d time.Duration) *tasks.Coroutine[string] {
		return asyncio.Coro(func(ctx context.Context) (string, error) {
			err := asyncio.Sleep(ctx, d)
			t.say("%s: done", what)
			return what, err
		}, asyncio.WithName(what))
	}
	main := func(ctx context.Context) error {
		all, err := asyncio.Gather(ctx,
			bake("bread", 2*time.Second),
			bake("rolls", 1*time.Second),
		).Await(ctx)
		t.say("main: %v", all)
		return err
	}
	return asyncio.Run(context.Background(), main,
		runners.WithLoop(t.watch()))
}
