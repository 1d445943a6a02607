package main

// Tasks that end badly.

import (
	"context"
	"errors"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/runners"
)

var failureStop = stop{
	name:  "failure",
	title: "A task that fails",
	text: `
An error that a task returns is its outcome: whoever awaits the task gets it. One
that nobody ever looks at goes to the loop's exception handler, at the latest
when the loop is closed. The default handler logs it.`,
	code: "failure",
	run:  failure,
	read: []ref{
		{"tasks/step.go", "fail", "Future.set_exception"},
		{"internal/future/failure.go", "Failures", "Future.__del__"},
		{"eventloop/exceptions.go", "CallExceptionHandler", "call_exception_handler"},
	},
}

func failure(t *tour) error {
	burnt := errors.New("the toast is burnt")
	toast := func(context.Context) error { return burnt }
	var unseen asyncio.AnyTask

	main := func(ctx context.Context) error {
		seen := asyncio.Go(ctx, toast)
		unseen = asyncio.Go(ctx, toast, asyncio.WithName("unseen"))
		_, err := seen.Await(ctx)
		t.say("main: %v", err)
		t.say("main: is it burnt? %t", errors.Is(err, burnt))
		return nil
	}
	report := func(_ *asyncio.Loop, e eventloop.Event) {
		t.say("handler: %s: %v: %v", e.Name, e.Reason, e.Err)
	}
	err := asyncio.Run(context.Background(), main, runners.WithLoop(
		t.virtual(), eventloop.WithExceptionHandler(report)))
	t.say("%s is done: %t", unseen.Name(), unseen.Done())
	return err
}

var panicStop = stop{
	name:  "panic",
	title: "A task that panics",
	text: `
A panic in a task does not take the loop down. It is recovered inside the
coroutine, where its stack still is, and becomes the task's error: a PanicError,
which holds that stack. (A panic of the main task leaves Run as a panic, with the
stack of its origin in the text.)

A panic in a callback goes to the exception handler, and the loop goes on.`,
	code: "panicking breakfastFor serve",
	run:  panicking,
	read: []ref{
		{"coro/pool.go", "loop", "except BaseException"},
		{"coro/errors.go", "PanicError", "exception, __traceback__"},
		{"eventloop/runonce.go", "runReady", "Handle._run"},
	},
}

func panicking(t *tour) error {
	main := func(ctx context.Context) error {
		waiter := asyncio.Go(ctx, func(ctx context.Context) error {
			return breakfastFor(ctx, nil)
		})
		_, err := waiter.Await(ctx)
		var p *asyncio.PanicError
		if errors.As(err, &p) {
			t.say("main: %v", p.Value)
			for _, frame := range origin(p.Stack) {
				t.say("  %s", frame)
			}
		}
		t.say("main: goes on")
		return nil
	}
	return asyncio.Run(context.Background(), main,
		runners.WithLoop(t.virtual()))
}

func breakfastFor(ctx context.Context, guests []string) error {
	err := asyncio.Sleep(ctx, 0)
	serve(guests)
	return err
}

func serve(guests []string) { _ = guests[0] }
