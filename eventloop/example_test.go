package eventloop_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/tasks"
)

// virtual returns a loop whose clock stands still but for its timers.
func virtual() *eventloop.Loop {
	return eventloop.New(eventloop.WithClock(new(eventloop.VirtualClock)))
}

// A loop runs callbacks: those that are ready, then timers as they become due.
func ExampleLoop() {
	l := virtual()
	defer l.Close()
	l.CallLater(2*time.Second, l.Stop)
	l.CallLater(time.Second, func() { fmt.Println(l.Time(), "one second later") })
	l.CallSoon(func() { fmt.Println(l.Time(), "soon") })
	fmt.Println(l.RunForever())
	// Output:
	// 0s soon
	// 1s one second later
	// <nil>
}

// What a callback schedules runs in the next iteration, behind everything that
// was ready. A timer is never ready at once, whatever its delay.
func ExampleLoop_CallSoon() {
	l := virtual()
	defer l.Close()
	l.CallSoon(func() {
		fmt.Println("a")
		l.CallLater(0, func() { fmt.Println("timer"); l.Stop() })
		l.CallSoon(func() { fmt.Println("c") })
	})
	l.CallSoon(func() { fmt.Println("b") })
	l.RunForever()
	// Output:
	// a
	// b
	// c
	// timer
}

// Timers for one moment keep the order of their creation.
func ExampleLoop_CallAt() {
	l := virtual()
	defer l.Close()
	noon := 12 * time.Hour
	l.CallAt(noon, func() { fmt.Println(l.Time(), "lunch") })
	l.CallAt(noon, func() { fmt.Println(l.Time(), "and a walk") })
	l.CallAt(noon+time.Hour, l.Stop)
	l.RunForever()
	// Output:
	// 12h0m0s lunch
	// 12h0m0s and a walk
}

// A callback that was cancelled is passed over.
func ExampleHandle() {
	l := virtual()
	defer l.Close()
	h := l.CallSoon(func() { fmt.Println("never") })
	h.Cancel()
	fmt.Println("cancelled:", h.Cancelled())
	l.Stop()
	l.RunForever()
	// Output: cancelled: true
}

// The handle of a timer knows its time. A cancelled timer wakes nobody.
func ExampleTimerHandle() {
	l := virtual()
	defer l.Close()
	h := l.CallLater(90*time.Second, func() { fmt.Println("never") })
	fmt.Println("due at", h.When())
	h.Cancel()
	l.CallLater(2*time.Minute, l.Stop)
	l.RunForever()
	fmt.Println("now", l.Time())
	// Output:
	// due at 1m30s
	// now 2m0s
}

// Other goroutines leave callbacks for the loop, which they wake.
func ExampleLoop_CallSoonThreadsafe() {
	l := eventloop.New()
	defer l.Close()
	results := make(chan int, 1)
	go func() {
		results <- 6 * 7 // some long computation
		l.CallSoonThreadsafe(func() {
			fmt.Println("on the loop:", <-results)
			l.Stop()
		})
	}()
	l.RunForever()
	_, err := l.CallSoonThreadsafe(func() {})
	fmt.Println("of a loop that is not closed:", err)
	l.Close()
	_, err = l.CallSoonThreadsafe(func() {})
	fmt.Println(errors.Is(err, eventloop.ErrLoopClosed))
	// Output:
	// on the loop: 42
	// of a loop that is not closed: <nil>
	// true
}

// Stop lets the iteration end. Called before a run, it makes that one iteration
// long.
func ExampleLoop_Stop() {
	l := virtual()
	defer l.Close()
	l.CallSoon(func() {
		fmt.Println("first iteration")
		l.CallSoon(func() { fmt.Println("second iteration") })
	})
	l.Stop()
	l.RunForever()
	fmt.Println("stopped")
	l.Stop()
	l.RunForever()
	// Output:
	// first iteration
	// stopped
	// second iteration
}

// RunUntilComplete runs the loop until a future or a task is done; the outcome
// is asked of that.
func ExampleLoop_RunUntilComplete() {
	l := virtual()
	defer l.Close()
	f := futures.On[string](l)
	l.CallLater(time.Second, func() { f.SetResult("ready") })
	if err := l.RunUntilComplete(f); err != nil {
		fmt.Println(err)
	}
	fmt.Println(f.Result())
	// Output: ready <nil>
}

// Callbacks have no task and cannot await, but with the loop's ctx they can
// create tasks.
func ExampleLoop_Context() {
	l := virtual()
	defer l.Close()
	ctx := l.Context(context.Background())
	l.CallSoon(func() {
		fmt.Println(coro.Await(ctx, nil))
		tasks.Go(ctx, func(ctx context.Context) error {
			defer l.Stop()
			fmt.Println("in a task")
			return tasks.Sleep(ctx, time.Second)
		})
	})
	l.RunForever()
	// Output:
	// asyncio: await outside a task; create a task for it
	// in a task
}

// FromContext finds the loop that a task runs on.
func ExampleFromContext() {
	l := virtual()
	defer l.Close()
	main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		fmt.Println(eventloop.FromContext(ctx) == l)
		return nil
	})
	l.RunUntilComplete(main)
	fmt.Println(eventloop.FromContext(context.Background()))
	// Output:
	// true
	// <nil>
}

// While it is held, a loop does not take waiting for a deadlock, nor does
// virtual time pass: somebody outside is at work.
func ExampleLoop_Hold() {
	l := virtual()
	defer l.Close()
	l.CallLater(time.Hour, func() { fmt.Println(l.Time(), "timer"); l.Stop() })
	release := l.Hold()
	go func() {
		defer release()
		l.CallSoonThreadsafe(func() { fmt.Println(l.Time(), "from outside") })
	}()
	l.RunForever()
	// Output:
	// 0s from outside
	// 1h0m0s timer
}

// In virtual time a loop that cannot go on says so, and who waits for what.
func ExampleDeadlockError() {
	l := virtual()
	defer l.Close()
	f := futures.On[int](l)
	reader := tasks.Create(l.Context(context.Background()), f.Await, tasks.WithName("reader"))
	err := l.RunUntilComplete(reader)
	var d *eventloop.DeadlockError
	if errors.As(err, &d) {
		fmt.Println(d.Waiting())
	}
	f.SetResult(1)
	fmt.Println(l.RunUntilComplete(reader))
	// Output:
	// [reader waits for future 1]
	// <nil>
}

// A panic in a callback reaches the exception handler, and the loop goes on.
func ExampleWithExceptionHandler() {
	l := eventloop.New(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
		var p *coro.PanicError
		if errors.As(e.Err, &p) {
			fmt.Println(e.Reason, "-", p.Value)
		}
	}))
	defer l.Close()
	l.CallSoon(func() { panic("boom") })
	l.CallSoon(func() { fmt.Println("the next callback"); l.Stop() })
	l.RunForever()
	// Output:
	// panic in a callback - boom
	// the next callback
}

// An event says what it is about in fields, not in a message to be parsed.
func ExampleEvent() {
	l := eventloop.New(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
		if e.Reason == eventloop.ReasonUnretrieved {
			fmt.Printf("nobody asked what became of %s: %v\n", e.Name, e.Err)
		}
	}))
	tasks.Go(l.Context(context.Background()), func(context.Context) error {
		return errors.New("disk full")
	}, tasks.WithName("backup"))
	l.Stop()
	l.RunForever()
	l.Close()
	// Output: nobody asked what became of backup: disk full
}

// A simulation may choose among the callbacks that are ready, and so explore
// other legal orders. A seed makes a run repeatable.
func ExampleWithChoose() {
	order := func(seed uint64) (got string) {
		rng := rand.New(rand.NewPCG(seed, seed))
		l := eventloop.New(eventloop.WithChoose(rng.IntN))
		defer l.Close()
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			l.CallSoon(func() { got += name })
		}
		l.Stop()
		l.RunForever()
		return got
	}
	first, again := order(1), order(1)
	fmt.Println(len(first), first == again)
	// Output: 5 true
}

// A virtual clock makes hours pass at once. It stands still while callbacks
// run.
func ExampleVirtualClock() {
	clock := new(eventloop.VirtualClock)
	l := eventloop.New(eventloop.WithClock(clock))
	defer l.Close()
	main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		for range 365 {
			if err := tasks.Sleep(ctx, 24*time.Hour); err != nil {
				return err
			}
		}
		return nil
	})
	l.RunUntilComplete(main)
	fmt.Println(clock.Now().Hours()/24, "days")
	// Output: 365 days
}
