// Package looptest has what the tests of several packages need to run a function
// in a task and to say what came of it.
package looptest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// Run runs fn as the main task of a loop in virtual time. What the run returns,
// and what reaches the exception handler, fails t.
func Run(t *testing.T, fn func(ctx context.Context), opts ...runners.Option) {
	t.Helper()
	var lines []string
	err := RunErr(func(ctx context.Context) error { fn(ctx); return nil }, append(opts, Report(&lines, Describe))...)
	Fails(t, "the run", err, "nil")
	Equal(t, "reports", lines, nil)
}

// RunErr runs fn as the main task of a loop in virtual time.
func RunErr(fn func(ctx context.Context) error, opts ...runners.Option) error {
	return runners.Run(context.Background(), fn, append([]runners.Option{runners.WithVirtualTime()}, opts...)...)
}

// Bench runs fn as the main task of a loop in real time, with the timer of b started.
func Bench(b *testing.B, fn func(ctx context.Context) error) {
	b.Helper()
	b.ReportAllocs()
	err := runners.Run(b.Context(), func(ctx context.Context) error {
		b.ResetTimer()
		defer b.StopTimer()
		return fn(ctx)
	})
	if err != nil {
		b.Fatal(err)
	}
}

// Report makes the loop's exception handler write down what reaches it, a line for
// each event.
func Report(lines *[]string, describe func(error) string) runners.Option {
	return runners.WithLoop(eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) {
		*lines = append(*lines, fmt.Sprintf("%v: %s: %s", e.Reason, e.Name, describe(e.Err)))
	}))
}

// Equal fails t if got is not want.
func Equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// Fails fails t unless err is as described by want.
func Fails(t testing.TB, what string, err error, want string) {
	t.Helper()
	Equal(t, "error of "+what, Describe(err), want)
}

// Outcome fails t unless err is nil and got is want.
func Outcome[T any](t testing.TB, what string, got T, err error, want T) {
	t.Helper()
	Fails(t, what, err, "nil")
	Equal(t, "result of "+what, got, want)
}

// Describe names an error by what errors.Is and errors.As say of it.
func Describe(err error) string {
	var (
		c *futures.CancelledError
		w *tasks.WrongTaskError
		d *eventloop.DeadlockError
		p *coro.PanicError
		o *timeouts.TimeoutError
	)
	switch {
	case err == nil:
		return "nil"
	case errors.As(err, &p):
		return fmt.Sprintf("panic(%v)", p.Value)
	case errors.As(err, &o):
		if !errors.Is(err, context.DeadlineExceeded) || futures.IsCancelled(err) || !o.Timeout() || !o.Temporary() {
			return "a TimeoutError that is not what it should be"
		}
		return "timeout"
	case errors.As(err, &c):
		if !errors.Is(err, futures.ErrCancelled) || !errors.Is(err, context.Canceled) || !futures.IsCancelled(err) {
			return "a CancelledError that is not what it should be"
		}
		return "cancelled(" + c.Msg + ")"
	case errors.As(err, &w):
		return fmt.Sprintf("wrong task(owner %s, running %s)", w.Owner, w.Running)
	case errors.As(err, &d):
		return fmt.Sprintf("deadlock%q", d.Waiting())
	}
	for _, s := range []error{
		context.Canceled, context.DeadlineExceeded, futures.ErrInvalidState,
		coro.ErrNoTask, coro.ErrClosed, coro.ErrGoexit,
		eventloop.ErrLoopClosed, eventloop.ErrLoopRunning, eventloop.ErrForeignLoop,
		tasks.ErrSelfAwait, tasks.ErrReused, tasks.ErrNoOutcomeSetter, tasks.ErrNothingToWaitFor,
		timeouts.ErrState, timeouts.ErrNoTask,
	} {
		if errors.Is(err, s) {
			return s.Error()
		}
	}
	return err.Error()
}

// Turns gives way n times. It panics if that fails, which would be a bug of the
// test.
func Turns(ctx context.Context, n int) {
	for range n {
		if err := tasks.Sleep(ctx, 0); err != nil {
			panic(err)
		}
	}
}

// Now is the time of the loop's clock.
func Now(ctx context.Context) time.Duration { return eventloop.FromContext(ctx).Time() }

// After returns a function that returns v after d.
func After[T any](d time.Duration, v T) func(context.Context) (T, error) {
	return func(ctx context.Context) (T, error) { return v, tasks.Sleep(ctx, d) }
}

// Failing returns a function that returns err after d, or whatever ended it
// before.
func Failing(d time.Duration, err error) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		if err := tasks.Sleep(ctx, d); err != nil {
			return 0, err
		}
		return 0, err
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
