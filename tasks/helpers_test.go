package tasks_test

// Helpers of the tests in this package.

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/runners"
)

// errTest is an error of no meaning.
var errTest = errors.New("an error")

// What the tests of several packages share.
var (
	run      = looptest.Run
	runErr   = looptest.RunErr
	fails    = looptest.Fails
	describe = looptest.Describe
	turns    = looptest.Turns
	now      = looptest.Now
	failing  = looptest.Failing
	panics   = looptest.Panics
)

// equal fails t if got is not want.
func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	looptest.Equal(t, what, got, want)
}

// outcome fails t unless err is nil and got is want.
func outcome[T any](t testing.TB, what string, got T, err error, want T) {
	t.Helper()
	looptest.Outcome(t, what, got, err, want)
}

// after returns a function that returns v after d.
func after[T any](d time.Duration, v T) func(context.Context) (T, error) { return looptest.After(d, v) }

// reports is a loop's exception handler that writes down what reaches it.
type reports struct{ lines []string }

func (r *reports) option() runners.Option { return looptest.Report(&r.lines, describe) }

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

// names returns the names of tasks.
func names[T interface{ Name() string }](ts []T) []string {
	var ns []string
	for _, t := range ts {
		ns = append(ns, t.Name())
	}
	return ns
}
