package taskgroups_test

// Helpers of the tests in this package.

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// Errors of no meaning.
var (
	errZero  = errors.New("zero")
	errMine  = errors.New("mine")
	errValue = errors.New("value")
)

// What the tests of several packages share.
var (
	run     = looptest.Run
	runErr  = looptest.RunErr
	now     = looptest.Now
	failing = looptest.Failing
	panics  = looptest.Panics
)

// equal fails t if got is not want.
func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	looptest.Equal(t, what, got, want)
}

// after returns a function that returns v after d.
func after[T any](d time.Duration, v T) func(context.Context) (T, error) { return looptest.After(d, v) }

// reports is a loop's exception handler that writes down what reaches it.
type reports struct{ lines []string }

func (r *reports) option() runners.Option { return looptest.Report(&r.lines, describe) }

// runGroup runs a group in a task of its own and returns that task.
func runGroup(ctx context.Context, body func(ctx context.Context, g *taskgroups.Group) error) *tasks.Task[struct{}] {
	return tasks.Go(ctx, func(ctx context.Context) error { return taskgroups.Run(ctx, body) })
}

// fails fails t unless err is as described by want.
func fails(t testing.TB, what string, err error, want string) {
	t.Helper()
	equal(t, "error of "+what, describe(err), want)
}

// describe names an error by its type alone: what is wrapped is told
// apart.
func describe(err error) string {
	switch e := err.(type) {
	case nil:
		return "nil"
	case *taskgroups.GroupError:
		var in []string
		for _, err := range e.Errors {
			in = append(in, describe(err))
		}
		return "group[" + strings.Join(in, " ") + "]"
	case *coro.PanicError:
		return fmt.Sprintf("panic(%v)", e.Value)
	case *timeouts.TimeoutError:
		return "timeout"
	case *futures.CancelledError:
		return "cancelled(" + e.Msg + ")"
	case *tasks.WrongTaskError:
		return fmt.Sprintf("wrong task(owner %s, running %s)", e.Owner, e.Running)
	}
	return err.Error()
}

// wait suspends the task for d and fails t if that does not end well.
func wait(t testing.TB, ctx context.Context, d time.Duration) {
	t.Helper()
	fails(t, "a sleep", tasks.Sleep(ctx, d), "nil")
}

// add makes fn a task of g and fails t if g refuses.
func add[T any](t testing.TB, g *taskgroups.Group, fn func(context.Context) (T, error), opts ...tasks.Option) *tasks.Task[T] {
	t.Helper()
	task, err := taskgroups.Create(g, fn, opts...)
	fails(t, "Create", err, "nil")
	return task
}

// failingAtEnd returns a function that returns err after d, and at once when it
// is cancelled.
func failingAtEnd(d time.Duration, err error) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		tasks.Sleep(ctx, d)
		return 0, err
	}
}

// cleaning returns a function that waits for ever, and when it is cancelled takes
// d to clean up and then says so.
func cleaning(t testing.TB, d time.Duration, cleaned *int) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		_, err := futures.New[int](ctx).Await(ctx)
		wait(t, ctx, d)
		*cleaned++
		return 0, err
	}
}
