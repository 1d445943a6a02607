package tasks_test

// Helpers of the tests in this package.

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
	"github.com/google/go-cmp/cmp"
)

// errTest is an error of no meaning.
var errTest = errors.New("an error")

// reports is a loop's exception handler that writes down what reaches it.
type reports struct{ lines []string }

func (r *reports) option() runners.Option {
	return runners.WithLoop(eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) {
		r.lines = append(r.lines, fmt.Sprintf("%v: %s: %s", e.Reason, e.Name, describe(e.Err)))
	}))
}

// run runs fn as the main task of a loop in virtual time. What the run returns,
// and what reaches the exception handler, fails t.
func run(t *testing.T, fn func(ctx context.Context), opts ...runners.Option) {
	t.Helper()
	var r reports
	err := runErr(func(ctx context.Context) error { fn(ctx); return nil }, append(opts, r.option())...)
	equal(t, "error of the run", describe(err), "nil")
	equal(t, "reports", r.lines, nil)
}

// runErr runs fn as the main task of a loop in virtual time.
func runErr(fn func(ctx context.Context) error, opts ...runners.Option) error {
	return runners.Run(context.Background(), fn, append([]runners.Option{runners.WithVirtualTime()}, opts...)...)
}

// idleAt runs fn as the main task of a loop in virtual time, and returns the time
// at which nothing was left that could have woken the loop: no timer, above all.
func idleAt(t *testing.T, fn func(ctx context.Context)) time.Duration {
	t.Helper()
	var clock eventloop.VirtualClock
	err := runErr(func(ctx context.Context) error {
		fn(ctx)
		_, err := futures.New[int](ctx).Await(ctx)
		return err
	}, runners.WithLoop(eventloop.WithClock(&clock)))
	fails(t, "the idle run", err, `deadlock["Task-1 waits for future 1"]`)
	return clock.Now()
}

// equal fails t if got is not want.
func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// outcome fails t unless err is nil and got is want.
func outcome[T any](t testing.TB, what string, got T, err error, want T) {
	t.Helper()
	equal(t, "error of "+what, describe(err), "nil")
	equal(t, "result of "+what, got, want)
}

// fails fails t unless err is as described by want.
func fails(t testing.TB, what string, err error, want string) {
	t.Helper()
	equal(t, "error of "+what, describe(err), want)
}

// describe names an error by what errors.Is and errors.As say of it.
func describe(err error) string {
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
		if !errors.Is(err, context.DeadlineExceeded) || futures.IsCancelled(err) {
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

// turns gives way n times.
func turns(ctx context.Context, n int) {
	for range n {
		if err := tasks.Sleep(ctx, 0); err != nil {
			panic(err)
		}
	}
}

// now is the time of the loop's clock.
func now(ctx context.Context) time.Duration { return eventloop.FromContext(ctx).Time() }

// after returns a function that returns v after d.
func after[T any](d time.Duration, v T) func(context.Context) (T, error) {
	return func(ctx context.Context) (T, error) { return v, tasks.Sleep(ctx, d) }
}

// failing returns a function that returns err after d.
func failing(d time.Duration, err error) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		if err := tasks.Sleep(ctx, d); err != nil {
			return 0, err
		}
		return 0, err
	}
}

// names returns the names of tasks.
func names[T interface{ Name() string }](ts []T) []string {
	var ns []string
	for _, t := range ts {
		ns = append(ns, t.Name())
	}
	return ns
}

// panics returns what fn panics with, as a string; empty if it returns.
func panics(fn func()) (text string) {
	defer func() {
		if v := recover(); v != nil {
			text = fmt.Sprint(v)
		}
	}()
	fn()
	return ""
}
