package eventloop_test

// Debug mode: who may use a loop.

import (
	"context"
	"errors"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

const wrongGoroutine = "asyncio: the event loop was used from another goroutine; post a function with CallSoonThreadsafe instead"

// elsewhere runs fn on another goroutine, waits for it, and returns what it
// panicked with.
func elsewhere(fn func()) (value any) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { value = recover() }()
		fn()
	}()
	<-done
	return value
}

func TestDebugModeChecksTheGoroutine(t *testing.T) {
	calls := map[string]func(l *eventloop.Loop){
		"CallSoon":  func(l *eventloop.Loop) { l.CallSoon(func() {}) },
		"CallLater": func(l *eventloop.Loop) { l.CallLater(0, func() {}) },
		"CallAt":    func(l *eventloop.Loop) { l.CallAt(0, func() {}) },
		"Ready":     func(l *eventloop.Loop) { l.Ready(item(0)) },
		"a task": func(l *eventloop.Loop) {
			tasks.Go(l.Context(context.Background()), func(context.Context) error { return nil })
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			l := eventloop.New(eventloop.WithDebug())
			defer l.Close()
			if !l.Debug() {
				t.Error("Debug is false")
			}
			if v := elsewhere(func() { call(l) }); v != nil {
				t.Errorf("before the run: panic %v; there is no loop's goroutine yet", v)
			}
			l.CallSoon(func() {
				if v := elsewhere(func() { call(l) }); v != wrongGoroutine {
					t.Errorf("in a callback: panic %v, want %q", v, wrongGoroutine)
				}
				call(l)
			})
			main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
				call(l) // a task has a goroutine of its own, which is the loop's all the same
				if v := elsewhere(func() { call(l) }); v != wrongGoroutine {
					t.Errorf("in a task: panic %v, want %q", v, wrongGoroutine)
				}
				return tasks.Sleep(ctx, 0)
			})
			if err := l.RunUntilComplete(main); err != nil || main.Err() != nil {
				t.Errorf("%v, %v", err, main.Err())
			}
		})
	}
}

// The check itself may be made while the loop starts and ends coroutines.
func TestDebugModeChecksWhileTasksComeAndGo(t *testing.T) {
	leak.Check(t)
	l := eventloop.New(eventloop.WithDebug())
	defer l.Close()
	main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		caught := make(chan int)
		go func() {
			n := 0
			for range 200 {
				if elsewhere(func() { l.CallSoon(func() {}) }) == wrongGoroutine {
					n++
				}
			}
			caught <- n
		}()
		for {
			for range 20 {
				tasks.Go(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, 0) })
			}
			if err := tasks.Sleep(ctx, 0); err != nil {
				return err
			}
			select {
			case n := <-caught:
				if n != 200 {
					t.Errorf("%d of 200 wrong calls were caught", n)
				}
				return nil
			default:
			}
		}
	})
	if err := l.RunUntilComplete(main); err != nil || main.Err() != nil {
		t.Errorf("%v, %v", err, main.Err())
	}
}

func TestDebugModeAllowsThreadsafeCalls(t *testing.T) {
	leak.Check(t)
	l := eventloop.New(eventloop.WithDebug())
	defer l.Close()
	l.CallSoon(func() {
		v := elsewhere(func() {
			release := l.Hold()
			l.IsClosed()
			l.CallSoonThreadsafe(l.Stop)
			release()
		})
		if v != nil {
			t.Errorf("panic %v", v)
		}
	})
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
}

// Pitfall: an await on another goroutine, while its task is the current one,
// would suspend the wrong stack.
func TestPitfallAwaitOnAnotherGoroutine(t *testing.T) {
	leak.Check(t)
	l := eventloop.New(eventloop.WithDebug())
	defer l.Close()
	main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		var err error
		if v := elsewhere(func() { err = coro.Await(ctx, nil) }); v != nil {
			t.Errorf("panic %v", v)
		}
		var wrong *tasks.WrongTaskError
		if !errors.As(err, &wrong) {
			t.Errorf("await: %v, want a WrongTaskError", err)
		}
		return coro.Await(ctx, nil)
	})
	if err := l.RunUntilComplete(main); err != nil || main.Err() != nil {
		t.Errorf("%v, %v", err, main.Err())
	}
}

func TestDebugModeFromTheEnvironment(t *testing.T) {
	for value, want := range map[string]bool{"1": true, "0": false, "": false} {
		t.Setenv("ASYNCIO_DEBUG", value)
		l := eventloop.New()
		if l.Debug() != want {
			t.Errorf("ASYNCIO_DEBUG=%q: Debug is %t", value, l.Debug())
		}
		l.Close()
	}
}
