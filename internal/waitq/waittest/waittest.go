// Package waittest has what the tests of locks and queues share: a loop whose
// iterations can be watched, and a table of checks for every method that waits.
package waittest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// Run runs fn as the main task of a loop in virtual time. What the run returns,
// what reaches the loop's exception handler, and goroutines left behind fail t.
func Run(t *testing.T, fn func(ctx context.Context), opts ...runners.Option) {
	t.Helper()
	leak.Check(t)
	RunOne(t, fn, opts...)
}

// RunOne is Run without the check for goroutines, for one run of many in a test
// that checks once.
func RunOne(t *testing.T, fn func(ctx context.Context), opts ...runners.Option) {
	t.Helper()
	opts = append([]runners.Option{runners.WithVirtualTime(), Report(t)}, opts...)
	err := runners.Run(context.Background(), func(ctx context.Context) error { fn(ctx); return nil }, opts...)
	if err != nil {
		t.Errorf("the run: %v", err)
	}
}

// Report makes what reaches the loop's exception handler fail t.
func Report(t *testing.T) runners.Option {
	return runners.WithLoop(eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) {
		t.Errorf("reported: %v: %s: %v", e.Reason, e.Name, e.Err)
	}))
}

// Equal fails t if got is not want.
func Equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// Is fails t if err is not target for errors.Is. A nil target wants no error.
func Is(t testing.TB, what string, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("%s: got error %q, want %q", what, Describe(err), Describe(target))
	}
}

// Describe writes an error, with the message of a cancellation.
func Describe(err error) string {
	var c *futures.CancelledError
	var w *tasks.WrongTaskError
	switch {
	case err == nil:
		return "nil"
	case errors.As(err, &c):
		return "cancelled(" + c.Msg + ")"
	case errors.As(err, &w):
		return fmt.Sprintf("wrong task(owner %s, running %s)", w.Owner, w.Running)
	}
	return err.Error()
}

// Must panics with err if it is not nil: for tests in which it would be a bug of
// the test.
func Must(err error) {
	if err != nil {
		panic(err)
	}
}

// Turns gives way n times.
func Turns(ctx context.Context, n int) {
	for range n {
		Must(tasks.Sleep(ctx, 0))
	}
}

// Panics returns what fn panics with, as a string; empty if it returns.
func Panics(fn func()) (text string) {
	defer func() {
		if v := recover(); v != nil {
			text = fmt.Sprint(v)
		}
	}()
	fn()
	return ""
}

// A World is the clock and the selector of a loop. It tells of each iteration
// before it begins.
type World struct {
	eventloop.VirtualClock

	// Step, if not nil, is called before each iteration with its number, from 1.
	Step func(n int)

	// Idle, if not nil, is called when nothing is ready: before time passes,
	// and before a deadlock is found.
	Idle func()

	n int
}

// Options make a runner run in w.
func (w *World) Options() runners.Option {
	return runners.WithLoop(eventloop.WithClock(w), eventloop.WithSelector(w))
}

// ErrDeadlock is returned by a run in a World that cannot go on.
var ErrDeadlock = errors.New("deadlock")

// Select implements [eventloop.Selector].
func (w *World) Select(timeout time.Duration) error {
	w.n++
	if timeout != 0 && w.Idle != nil {
		w.Idle()
	}
	if w.Step != nil {
		w.Step(w.n)
	}
	if timeout < 0 {
		return ErrDeadlock
	}
	w.Advance(timeout)
	return nil
}

// Wake implements [eventloop.Selector]: nothing comes from outside.
func (w *World) Wake() {}

// Close implements [eventloop.Selector].
func (w *World) Close() error { return nil }

// A Ctx is a way to derive a ctx from that of a task.
type Ctx struct {
	Name string

	// With calls fn with a derived ctx.
	With func(ctx context.Context, fn func(ctx context.Context) error) error

	// Ended is the error of every wait on it; nil if it is alive.
	Ended error

	// End, if not nil, ends the ctx that With is calling a function with.
	End func()

	// EndErr is the error of a wait during which it ends.
	EndErr error
}

type contextKey struct{}

// Contexts returns one of each kind.
func Contexts() []Ctx {
	derived := func(c Ctx, derive func(ctx context.Context) context.Context) Ctx {
		c.With = func(ctx context.Context, fn func(ctx context.Context) error) error {
			return fn(derive(ctx))
		}
		return c
	}
	var cancel, cancelOuter context.CancelFunc
	past := time.Unix(0, 0)
	return []Ctx{
		derived(Ctx{Name: "own"}, func(ctx context.Context) context.Context { return ctx }),
		derived(Ctx{Name: "WithValue"}, func(ctx context.Context) context.Context {
			return context.WithValue(ctx, contextKey{}, 1)
		}),
		derived(Ctx{Name: "WithoutCancel"}, context.WithoutCancel),
		derived(Ctx{Name: "WithoutCancel of a cancelled one"}, func(ctx context.Context) context.Context {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return context.WithoutCancel(ctx)
		}),
		{Name: "scope", With: func(ctx context.Context, fn func(ctx context.Context) error) error {
			return timeouts.Run(ctx, time.Hour, fn)
		}},
		derived(Ctx{Name: "WithCancel", EndErr: context.Canceled, End: func() { cancel() }},
			func(ctx context.Context) context.Context {
				ctx, cancel = context.WithCancel(ctx)
				return ctx
			}),
		derived(Ctx{Name: "WithCancel, cancelled", Ended: context.Canceled}, func(ctx context.Context) context.Context {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx
		}),
		derived(Ctx{Name: "WithTimeout, expired", Ended: context.DeadlineExceeded},
			func(ctx context.Context) context.Context {
				ctx, cancel := context.WithDeadline(ctx, past)
				_ = cancel // it has ended already
				return ctx
			}),
		{
			Name: "scope in WithCancel", EndErr: context.Canceled, End: func() { cancelOuter() },
			With: func(ctx context.Context, fn func(ctx context.Context) error) error {
				ctx, cancelOuter = context.WithCancel(ctx)
				return timeouts.Run(ctx, time.Hour, fn)
			},
		},
		{
			Name: "scope in WithCancel, cancelled", Ended: context.Canceled,
			With: func(ctx context.Context, fn func(ctx context.Context) error) error {
				ctx, cancel := context.WithCancel(ctx)
				cancel()
				return timeouts.Run(ctx, time.Hour, fn)
			},
		},
	}
}

// loopOnly is a ctx that has the loop of ctx and no task.
func loopOnly(ctx context.Context) context.Context {
	return eventloop.FromContext(ctx).Context(context.Background())
}
