package main

// Run and Runner: the way in, and the way out.

import (
	"context"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/runners"
)

var startStop = stop{
	name:  "start",
	title: "Run: the way in, and the way out",
	text: `
Run makes a loop, runs your function as its main task, and returns what that
returns. Tasks that are left over by then are cancelled, once, and awaited, so
that their cleanup runs. Then the loop is closed, and no goroutine is left.`,
	code: "start",
	run:  start,
	read: []ref{
		{"runners/runner.go", "Run", "runners.run"},
		{"runners/runner.go", "CancelAll", "runners._cancel_all_tasks"},
	},
}

func start(t *tour) error {
	radio := func(ctx context.Context) error {
		t.say("radio: on")
		err := asyncio.Sleep(ctx, time.Hour)
		t.say("radio: off, %v", err)
		return err
	}
	main := func(ctx context.Context) (string, error) {
		asyncio.Go(ctx, radio)
		err := asyncio.Sleep(ctx, time.Minute)
		t.say("main: leaves, with the radio still on")
		return "porridge", err
	}
	dish, err := asyncio.RunValue(context.Background(), main,
		runners.WithLoop(t.virtual()))
	t.say("RunValue: %s, %v", dish, err)
	return err
}

var runnerStop = stop{
	name:  "runner",
	title: "Runner: several main tasks on one loop",
	text: `
A Runner keeps its loop between runs: tasks that one main task leaves behind go
on in the next, and so does the clock. Close cancels what is left.`,
	code: "runner",
	run:  runner,
	read: []ref{
		{"runners/runner.go", "Runner", "runners.Runner"},
		{"runners/runner.go", "Close", "runners.Runner.close"},
	},
}

func runner(t *tour) error {
	soup := func(ctx context.Context) error {
		err := asyncio.Sleep(ctx, 3*time.Second)
		t.say("soup: ready")
		return err
	}
	first := func(ctx context.Context) error {
		asyncio.Go(ctx, soup)
		t.say("first: puts the soup on")
		return asyncio.Sleep(ctx, time.Second)
	}
	second := func(ctx context.Context) error {
		t.say("second: waits")
		return asyncio.Sleep(ctx, 5*time.Second)
	}

	r := asyncio.NewRunner(runners.WithLoop(t.virtual()))
	defer r.Close()
	if err := r.Run(context.Background(), first); err != nil {
		return err
	}
	t.say("between two runs the loop stands still")
	return r.Run(context.Background(), second)
}

var interruptStop = stop{
	name:  "interrupt",
	title: "WithInterrupt: Ctrl-C",
	text: `
Without this option, Ctrl-C ends the process, as in any Go program. With it, the
first one cancels the main task. That is a cancellation like any other: cleanup
runs, and may await. Then Run returns ErrInterrupted. A second Ctrl-C ends the
run at once; a third ends the process, should a task block the loop.

It is off by default, because signals belong to the whole process. For the same
reason this stop only shows the code.`,
	code: "interrupt",
	run:  interrupt,
	read: []ref{
		{"runners/interrupt.go", "interrupts", "Runner.run, signal.signal"},
		{"runners/interrupt.go", "interrupted", "Runner._on_sigint"},
	},
	described: true,
}

func interrupt(t *tour) error {
	main := func(ctx context.Context) error {
		err := asyncio.Sleep(ctx, time.Hour) // Ctrl-C: it is cancelled
		t.say("main: %v; saves the work", err)
		return err
	}
	return asyncio.Run(context.Background(), main,
		runners.WithInterrupt())
}
