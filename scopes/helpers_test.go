package scopes_test

// Helpers of the tests in this package.

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/scopes"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
	"github.com/google/go-cmp/cmp"
)

// Errors of no meaning.
var (
	errX = errors.New("x")
	errY = errors.New("y")
)

// run runs fn as the main task of a loop in virtual time. What the run returns,
// and what reaches the exception handler, fails t.
func run(t *testing.T, fn func(ctx context.Context)) {
	t.Helper()
	leak.Check(t)
	var reports []string
	err := runErr(func(ctx context.Context) error { fn(ctx); return nil },
		runners.WithLoop(eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) {
			reports = append(reports, fmt.Sprintf("%v: %s: %s", e.Reason, e.Name, describe(e.Err)))
		})))
	equal(t, "error of the run", describe(err), "nil")
	equal(t, "reports", reports, nil)
}

// runErr runs fn as the main task of a loop in virtual time.
func runErr(fn func(ctx context.Context) error, opts ...runners.Option) error {
	return runners.Run(context.Background(), fn, append([]runners.Option{runners.WithVirtualTime()}, opts...)...)
}

// equal fails t if got is not want.
func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// fails fails t unless err is as described by want.
func fails(t testing.TB, what string, err error, want string) {
	t.Helper()
	equal(t, "error of "+what, describe(err), want)
}

// describe names an error by its type and by what errors.Is says of it.
func describe(err error) string {
	var c *futures.CancelledError
	switch e := err.(type) {
	case nil:
		return "nil"
	case *taskgroups.GroupError:
		return "group" + describeAll(e.Errors)
	case interface{ Unwrap() []error }:
		return "joined" + describeAll(e.Unwrap())
	case *coro.PanicError:
		return fmt.Sprintf("panic(%v)", e.Value)
	case *timeouts.TimeoutError:
		return "timeout"
	case *futures.CancelledError:
		return "cancelled(" + e.Msg + ")"
	}
	if errors.As(err, &c) {
		if !futures.IsCancelled(err) || !errors.Is(err, context.Canceled) || !errors.Is(err, futures.ErrCancelled) {
			return "a cancellation that is not what it should be"
		}
		return strings.ReplaceAll(err.Error(), "asyncio: cancelled by a scope", "scoped")
	}
	return err.Error()
}

func describeAll(errs []error) string {
	var in []string
	for _, err := range errs {
		in = append(in, describe(err))
	}
	return "[" + strings.Join(in, " ") + "]"
}

// flags are what a scope tells when it is left.
type flags struct{ Called, Caught bool }

func flagsOf(s *scopes.Scope) flags { return flags{s.CancelCalled(), s.CancelledCaught()} }

// in calls fn within s.
func in(t testing.TB, ctx context.Context, s *scopes.Scope, fn func(ctx context.Context)) {
	t.Helper()
	fails(t, "a scope", s.Do(ctx, func(ctx context.Context) error { fn(ctx); return nil }), "nil")
}

// checkpoint gives way and fails t unless the error is as described by want.
func checkpoint(t testing.TB, ctx context.Context, want string) {
	t.Helper()
	fails(t, "a checkpoint", tasks.Sleep(ctx, 0), want)
}

// forever waits until something ends it.
func forever(ctx context.Context) error {
	_, err := futures.New[int](ctx).Await(ctx)
	return err
}

// settle waits until nothing is left to do at this moment.
func settle(t testing.TB, ctx context.Context) {
	t.Helper()
	fails(t, "settling", tasks.Sleep(ctx, time.Nanosecond), "nil")
}

// now is the time of the loop's clock.
func now(ctx context.Context) time.Duration { return eventloop.FromContext(ctx).Time() }
