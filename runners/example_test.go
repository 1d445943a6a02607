package runners_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// Run runs a function as the main task of a new loop.
func ExampleRun() {
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		world := tasks.Go(ctx, func(ctx context.Context) error {
			fmt.Println("world")
			return nil
		})
		fmt.Println("hello")
		_, err := world.Await(ctx)
		return err
	})
	fmt.Println(err)
	// Output:
	// hello
	// world
	// <nil>
}

// Tasks that main leaves behind are cancelled, and may clean up, before Run
// returns.
func ExampleRun_leftovers() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		tasks.Go(ctx, func(ctx context.Context) error {
			defer fmt.Println("connection closed")
			return tasks.Sleep(ctx, time.Hour)
		})
		tasks.Sleep(ctx, time.Second)
		fmt.Println("main ends")
		return nil
	}, runners.WithVirtualTime())
	fmt.Println("Run returned")
	// Output:
	// main ends
	// connection closed
	// Run returned
}

// When the ctx of Run ends, main is cancelled. The error tells both that and the
// cause.
func ExampleRun_cancel() {
	closing := errors.New("closing time")
	ctx, cancel := context.WithCancelCause(context.Background())
	err := runners.Run(ctx, func(ctx context.Context) error {
		cancel(closing)
		err := tasks.Sleep(ctx, time.Hour)
		fmt.Println("main:", err)
		return err
	})
	fmt.Println(err)
	fmt.Println(errors.Is(err, closing), errors.Is(err, futures.ErrCancelled), errors.Is(err, context.Canceled))
	// Output:
	// main: asyncio: cancelled
	// asyncio: run cancelled: closing time
	// true true true
}

// A panic of main leaves Run as a panic, with the stack of its origin.
func ExampleRun_panic() {
	defer func() {
		p := recover().(*coro.PanicError)
		fmt.Println(p.Value)
		fmt.Println(strings.Contains(string(p.Stack), "ExampleRun_panic"))
	}()
	runners.Run(context.Background(), func(ctx context.Context) error {
		panic("boom")
	})
	// Output:
	// boom
	// true
}

// Inside a task one awaits; Run is for the outermost function.
func ExampleRun_nested() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		err := runners.Run(ctx, func(context.Context) error { return nil })
		fmt.Println(err)
		fmt.Println(errors.Is(err, eventloop.ErrLoopRunning))
		return nil
	})
	// Output:
	// asyncio: the event loop is running; inside a task, await instead
	// true
}

// RunValue is Run for a function with a result.
func ExampleRunValue() {
	sum, err := runners.RunValue(context.Background(), func(ctx context.Context) (int, error) {
		one := tasks.Create(ctx, func(context.Context) (int, error) { return 1, nil })
		two := tasks.Create(ctx, func(context.Context) (int, error) { return 2, nil })
		all, err := tasks.Gather[int](ctx, one, two).Await(ctx)
		if err != nil {
			return 0, err
		}
		return all[0] + all[1], nil
	})
	fmt.Println(sum, err)
	// Output: 3 <nil>
}

// A runner runs one main task after another on one loop, as tests and command
// lines do.
func ExampleRunner() {
	r := runners.New(runners.WithVirtualTime())
	defer r.Close()
	nap := func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) }
	for range 2 {
		if err := r.Run(context.Background(), nap); err != nil {
			fmt.Println(err)
		}
		fmt.Println("the loop's time:", r.Loop().Time())
	}
	r.Close()
	fmt.Println(r.Run(context.Background(), nap))
	// Output:
	// the loop's time: 1h0m0s
	// the loop's time: 2h0m0s
	// asyncio: the runner is closed; make a new one
}

// In virtual time sleeping takes none: tests of programs that wait are quick and
// run the same way every time.
func ExampleWithVirtualTime() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		start := eventloop.FromContext(ctx).Time()
		for range 7 {
			if err := tasks.Sleep(ctx, 24*time.Hour); err != nil {
				return err
			}
		}
		fmt.Println(eventloop.FromContext(ctx).Time() - start)
		return nil
	}, runners.WithVirtualTime())
	// Output: 168h0m0s
}

// A run in virtual time that cannot go on ends with an error that says who waits
// for what.
func ExampleWithVirtualTime_deadlock() {
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		reader := tasks.Create(ctx, futures.New[int](ctx).Await, tasks.WithName("reader"))
		_, err := reader.Await(ctx)
		return err
	}, runners.WithVirtualTime())
	var d *eventloop.DeadlockError
	if errors.As(err, &d) {
		for _, line := range d.Waiting() {
			fmt.Println(line)
		}
	}
	// Output:
	// Task-1 waits for reader
	// reader waits for future 1
}

// Profiles tell the tasks of a run apart.
func ExampleWithTaskLabels() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		_, err := tasks.Go(ctx, func(ctx context.Context) error {
			name, _ := pprof.Label(ctx, "task")
			fmt.Println(name)
			return nil
		}, tasks.WithName("checkout")).Await(ctx)
		return err
	}, runners.WithTaskLabels())
	// Output: checkout
}

// A step that blocks the loop is told of, with the place where it stands.
func ExampleWithSlowCallbackDuration() {
	var log strings.Builder
	runners.Run(context.Background(), func(ctx context.Context) error {
		time.Sleep(50 * time.Millisecond) // and not tasks.Sleep
		return nil
	}, runners.WithSlowCallbackDuration(10*time.Millisecond),
		runners.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	fmt.Println(strings.Contains(log.String(), "runners_test.ExampleWithSlowCallbackDuration"))
	// Output: true
}

// Eager tasks take their first step at once.
func ExampleWithEagerTasks() {
	runners.Run(context.Background(), func(ctx context.Context) error {
		cached := tasks.Go(ctx, func(ctx context.Context) error { fmt.Println("child"); return nil })
		fmt.Println("main; the child is done:", cached.Done())
		return nil
	}, runners.WithEagerTasks())
	// Output:
	// child
	// main; the child is done: true
}

// With WithInterrupt the first ^C cancels main, which cleans up; the second ends
// the run.
func ExampleWithInterrupt() {
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		// ... serve until ^C ...
		return nil
	}, runners.WithInterrupt())
	if errors.Is(err, runners.ErrInterrupted) {
		fmt.Println("interrupted")
	}
	fmt.Println(err)
	// Output: <nil>
}

// CancelAll is what Close does, for those who run a loop by hand.
func ExampleCancelAll() {
	l := eventloop.New(eventloop.WithClock(new(eventloop.VirtualClock)))
	defer l.Close()
	tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		err := tasks.Sleep(ctx, time.Hour)
		fmt.Println("task:", err)
		return err
	})
	l.CallSoon(l.Stop)
	l.RunForever()
	fmt.Println(runners.CancelAll(l))
	// Output:
	// task: asyncio: cancelled
	// <nil>
}

// A signal shows what every task is doing, and the run goes on.
func ExampleWithDump() {
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		return tasks.Sleep(ctx, time.Millisecond)
	}, runners.WithDump(os.Interrupt, os.Stderr))
	fmt.Println(err)
	// Output: <nil>
}
