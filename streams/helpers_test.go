package streams_test

// Helpers of the tests in this package.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// errTest is an error of no meaning.
var errTest = errors.New("an error")

// run runs fn as the main task of a loop in virtual time.
func run(t testing.TB, fn func(ctx context.Context)) {
	t.Helper()
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		fn(ctx)
		return nil
	}, runners.WithVirtualTime())
	equal(t, "the run", describe(nil, err), "no data")
}

// equal fails t if got is not want.
func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateErrors()); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// A read is one of the ways to read.
type read func(r *streams.Reader, ctx context.Context) ([]byte, error)

func some(n int) read {
	return func(r *streams.Reader, ctx context.Context) ([]byte, error) { return r.Read(ctx, n) }
}

func exactly(n int) read {
	return func(r *streams.Reader, ctx context.Context) ([]byte, error) { return r.ReadExactly(ctx, n) }
}

func line() read {
	return func(r *streams.Reader, ctx context.Context) ([]byte, error) { return r.ReadLine(ctx) }
}

func until(separators ...string) read {
	return func(r *streams.Reader, ctx context.Context) ([]byte, error) {
		var seps [][]byte
		for _, s := range separators {
			seps = append(seps, []byte(s))
		}
		return r.ReadUntil(ctx, seps...)
	}
}

// describe writes the outcome of a read.
func describe(data []byte, err error) string {
	if len(data) > 0 && err != nil {
		return describe(data, nil) + " and " + describe(nil, err)
	}
	switch e := err.(type) {
	case nil:
		if len(data) == 0 {
			return "no data"
		}
		return fmt.Sprintf("%q", data)
	case *streams.IncompleteReadError:
		if !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return "an IncompleteReadError that is not what it should be"
		}
		return fmt.Sprintf("incomplete: %q of %d", e.Partial, e.Expected)
	case *streams.LimitOverrunError:
		return fmt.Sprintf("overrun: %d, found %v", e.Consumed, e.Found)
	case *streams.LineTooLongError:
		return fmt.Sprintf("line too long for %d", e.Limit)
	case *futures.CancelledError:
		return "cancelled(" + e.Msg + ")"
	case *tasks.WrongTaskError:
		return fmt.Sprintf("wrong task(owner %s, running %s)", e.Owner, e.Running)
	}
	return err.Error()
}

// does fails t unless a read comes to what want says.
func does(t testing.TB, what string, ctx context.Context, r *streams.Reader, op read, want string) {
	t.Helper()
	equal(t, what, describe(op(r, ctx)), want)
}

// rest returns what is left in a reader, which is of no use after that.
func rest(ctx context.Context, r *streams.Reader) string {
	r.FeedEOF()
	data, err := r.Read(ctx, -1)
	if err != nil {
		return describe(data, err)
	}
	return string(data)
}

// start runs a read in a task of its own, up to its first wait.
func start(t testing.TB, ctx context.Context, r *streams.Reader, op read) *tasks.Task[[]byte] {
	t.Helper()
	task := tasks.Create(ctx, func(ctx context.Context) ([]byte, error) { return op(r, ctx) }, tasks.WithName("reader"))
	turn(t, ctx)
	return task
}

// turn gives way for one iteration.
func turn(t testing.TB, ctx context.Context) {
	t.Helper()
	equal(t, "a sleep", describe(nil, tasks.Sleep(ctx, 0)), "no data")
}

// transport is a transport that writes down what it is told.
type transport struct {
	log    []string
	resume func() // called by ResumeReading, if not nil
}

func (tr *transport) PauseReading() { tr.log = append(tr.log, "pause") }

func (tr *transport) ResumeReading() {
	tr.log = append(tr.log, "resume")
	if tr.resume != nil {
		tr.resume()
	}
}

// told fails t unless the transport was told just what want says since the last
// call.
func (tr *transport) told(t testing.TB, when string, want ...string) {
	t.Helper()
	equal(t, "told the transport "+when, tr.log, want)
	tr.log = nil
}

// now is the time of the loop's clock.
func now(ctx context.Context) time.Duration { return eventloop.FromContext(ctx).Time() }
