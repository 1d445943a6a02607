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

	"github.com/goasyncio/asyncio/eventloop"
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

// bubble runs fn as the main task of a loop in real time, in a bubble where that is
// fake.
func bubble(t *testing.T, fn func(ctx context.Context), opts ...runners.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		err := runners.Run(context.Background(), func(ctx context.Context) error { fn(ctx); return nil }, opts...)
		fails(t, "the run", err, "nil")
	})
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
