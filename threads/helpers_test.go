package threads_test

// Helpers of the tests in this package.

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

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
type reports struct {
	mu    sync.Mutex
	lines []string
}

func (r *reports) handle(_ *eventloop.Loop, e eventloop.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := e.Name
	if i := strings.IndexByte(name, '.'); i >= 0 {
		name = "fn" // its number among the closures of a test says nothing
	}
	r.lines = append(r.lines, fmt.Sprintf("%v: %s: %s", e.Reason, name, describe(e.Err)))
}

func (r *reports) option() runners.Option {
	return runners.WithLoop(eventloop.WithExceptionHandler(r.handle))
}

// run runs fn as the main task of a loop in virtual time. What the run returns,
// and what reaches the exception handler, fails t.
func run(t *testing.T, fn func(ctx context.Context), opts ...runners.Option) {
	t.Helper()
	var r reports
	err := runErr(func(ctx context.Context) error { fn(ctx); return nil }, append(opts, r.option())...)
	fails(t, "the run", err, "nil")
	equal(t, "reports", r.lines, nil)
}

// runErr runs fn as the main task of a loop in virtual time.
func runErr(fn func(ctx context.Context) error, opts ...runners.Option) error {
	return runners.Run(context.Background(), fn, append([]runners.Option{runners.WithVirtualTime()}, opts...)...)
}

// bubble runs fn as the main task of a loop in real time, in a bubble where that is
// fake.
func bubble(t *testing.T, fn func(ctx context.Context), opts ...runners.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		err := runners.Run(context.Background(), func(ctx context.Context) error { fn(ctx); return nil }, opts...)
		fails(t, "the run", err, "nil")
	})
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
	fails(t, what, err, "nil")
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
		return "timeout"
	case errors.As(err, &c):
		return "cancelled(" + c.Msg + ")"
	case errors.As(err, &d):
		return fmt.Sprintf("deadlock%q", d.Waiting())
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

// value returns a function that returns v.
func value[T any](v T) func(context.Context) (T, error) {
	return func(context.Context) (T, error) { return v, nil }
}

// A manual executor starts nothing before it is told to.
type manual struct{ jobs []func() }

func (m *manual) Execute(job func()) error {
	m.jobs = append(m.jobs, job)
	return nil
}

// start runs the oldest job on a goroutine. The channel is closed when it has ended,
// and has told the loop so.
func (m *manual) start() <-chan struct{} {
	job := m.jobs[0]
	m.jobs = m.jobs[1:]
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		job()
	}()
	return ended
}
