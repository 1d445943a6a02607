package main

// How a task is ended from outside, and a raw generator as a task.

import (
	"context"
	"errors"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

var cancelStop = stop{
	name:  "cancel",
	title: "Cancel, and a cleanup that awaits",
	text: `
Cancel makes the await that a task stands at return a CancelledError. It is
thrown once: the cleanup may await again, and takes the time it needs. Then the
task returns the error, and is cancelled. To Go code it is context.Canceled.

A task that does not return the error goes on as if nothing had happened. So
check the error of every await.`,
	code: "cancel",
	run:  cancel,
	read: []ref{
		{"tasks/cancel.go", "cancel", "Task.cancel"},
		{"tasks/step.go", "finish", "Task.__step, at its end"},
		{"internal/future/errors.go", "CancelledError", "exceptions.CancelledError"},
	},
}

func cancel(t *tour) error {
	bake := func(ctx context.Context) error {
		t.say("oven: bakes for an hour")
		err := asyncio.Sleep(ctx, time.Hour)
		if asyncio.IsCancelled(ctx, err) {
			t.say("oven: %v; cools down", err)
			if err := asyncio.Sleep(ctx, 20*time.Minute); err != nil {
				return err
			}
			t.say("oven: is cold")
		}
		return err
	}
	main := func(ctx context.Context) error {
		oven := asyncio.Go(ctx, bake)
		if err := asyncio.Sleep(ctx, time.Minute); err != nil {
			return err
		}
		t.say("main: Cancel: %t", oven.Cancel("smoke"))
		_, err := oven.Await(ctx)
		t.say("main: %v", err)
		t.say("main: Cancelled: %t", oven.Cancelled())
		return nil
	}
	return asyncio.Run(context.Background(), main,
		runners.WithLoop(t.virtual()))
}

var timeoutStop = stop{
	name:  "timeout",
	title: "A timeout is a timer that cancels",
	text: `
WithTimeout sets a timer, Timeout.expire in the panel. When it fires it cancels
the task at the await it stands at. The CancelledError travels out through the
function, and the timeout makes a TimeoutError of it, for it knows that the
cancellation was its own. If somebody else cancels the task as well, that wins.

WaitFor is the short form for a single awaitable.`,
	code: "timeout",
	run:  timeout,
	read: []ref{
		{"timeouts/timeout.go", "expire", "Timeout._on_timeout"},
		{"timeouts/timeout.go", "exit", "Timeout.__aexit__"},
		{"tasks/waitfor.go", "WaitFor", "tasks.wait_for"},
	},
}

func timeout(t *tour) error {
	patience := func(ctx context.Context) error {
		err := asyncio.Sleep(ctx, time.Minute)
		t.say("inside:  %v", err)
		return err
	}
	main := func(ctx context.Context) error {
		err := asyncio.WithTimeout(ctx, 3*time.Second, patience)
		t.say("outside: %v", err)
		late := errors.Is(err, context.DeadlineExceeded)
		t.say("context.DeadlineExceeded: %t", late)
		return nil
	}
	return asyncio.Run(context.Background(), main,
		runners.WithLoop(t.watch()))
}

var rawTaskStop = stop{
	name:  "rawtask",
	title: "A raw generator as a task",
	text: `
The generator of the first stop can be a task as it is. What it yields is what
the task waits for: nil gives way, a future is awaited. Wait is a yield that also
tells the error. Another generator is called with one's own yield, as Python's
"yield from" does.

Wait takes the error: here the generator hears of the cancellation, says so, and
ends normally. This is the bottom of the library; functions with a ctx are
easier to write.`,
	code: "rawTask",
	run:  rawTask,
	read: []ref{
		{"tasks/task.go", "FromSeq", "tasks.Task, of a generator"},
		{"coro/seq.go", "Wait", "yield from"},
	},
}

func rawTask(t *tour) error {
	pause := func(yield func(coro.Awaitable) bool) {
		t.say("guest: gives way")
		yield(nil)
	}
	main := func(ctx context.Context) error {
		bell := asyncio.NewFuture[int](ctx)
		guest := tasks.FromSeq(ctx, func(context.Context) coro.Seq {
			return func(yield func(coro.Awaitable) bool) {
				pause(yield)
				t.say("guest: waits for the bell")
				err := coro.Wait(yield, bell)
				t.say("guest: %v; leaves", err)
			}
		})
		if err := asyncio.Sleep(ctx, time.Second); err != nil {
			return err
		}
		guest.Cancel()
		_, err := guest.Await(ctx)
		t.say("main: guest ended: %v", err)
		return nil
	}
	return asyncio.Run(context.Background(), main,
		runners.WithLoop(t.virtual()))
}
