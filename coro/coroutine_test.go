package coro_test

// Send, Throw and Close, as they look to whoever steps a coroutine.

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/google/go-cmp/cmp"
)

var errX = errors.New("x")

// A label is an awaitable that only has a name.
type label string

func (l label) Done() bool                      { return false }
func (l label) Err() error                      { return nil }
func (l label) Cancel(...string) bool           { return false }
func (l label) Subscribe(coro.Runnable)         {}
func (l label) Unsubscribe(coro.Runnable) int   { return 0 }
func (l label) Scheduler() coro.Scheduler       { return nil }
func (l label) String() string                  { return string(l) }
func (l label) Await(c *coro.Coroutine) error   { return c.Yield(l) }
func bare(c *coro.Coroutine) error              { return c.Yield(nil) }
func logf(log *[]string, f string, args ...any) { *log = append(*log, fmt.Sprintf(f, args...)) }

func returned(err error) string {
	if err == coro.ErrClosed {
		return "end closed"
	}
	return fmt.Sprintf("end %v", err)
}

// play does one thing to c and tells what came of it.
func play(c *coro.Coroutine, do string) string {
	var a coro.Awaitable
	var more bool
	switch do {
	case "send":
		a, more = c.Send()
	case "throw":
		a, more = c.Throw(errX)
	case "close":
		return fmt.Sprintf("close %v", c.Close())
	}
	switch {
	case !more && a != nil:
		return fmt.Sprintf("BUG: an end with an awaitable %v", a)
	case !more:
		return returned(c.Err())
	case a == nil:
		return "yield"
	}
	return fmt.Sprintf("yield %v", a)
}

func TestStepping(t *testing.T) {
	tests := []struct {
		name string
		body func(c *coro.Coroutine, log *[]string) error
		do   string
		want string
	}{
		{
			name: "sends run it from yield to yield",
			body: func(c *coro.Coroutine, log *[]string) error {
				logf(log, "one: %v", label("a").Await(c))
				logf(log, "two: %v", bare(c))
				return nil
			},
			do:   "send send send send",
			want: "yield a; one: <nil>; yield; two: <nil>; end <nil>; end <nil>",
		},
		{
			name: "it ends with what its body returns",
			body: func(c *coro.Coroutine, log *[]string) error { return errX },
			do:   "send send close",
			want: "end x; end x; close <nil>",
		},
		{
			name: "the yield returns what is thrown",
			body: func(c *coro.Coroutine, log *[]string) error { return bare(c) },
			do:   "send throw",
			want: "yield; end x",
		},
		{
			name: "it may go on after a throw, and the next yield is clean",
			body: func(c *coro.Coroutine, log *[]string) error {
				logf(log, "got %v", bare(c))
				logf(log, "got %v", label("b").Await(c))
				return nil
			},
			do:   "send throw send",
			want: "yield; got x; yield b; got <nil>; end <nil>",
		},
		{
			name: "a throw into one that has not started ends it",
			body: func(c *coro.Coroutine, log *[]string) error { logf(log, "ran"); return nil },
			do:   "throw send",
			want: "end x; end x",
		},
		{
			name: "a throw into one that has ended changes nothing",
			body: func(c *coro.Coroutine, log *[]string) error { return nil },
			do:   "send throw",
			want: "end <nil>; end <nil>",
		},
		{
			name: "closing one that has not started never runs it",
			body: func(c *coro.Coroutine, log *[]string) error { logf(log, "ran"); return nil },
			do:   "close send close",
			want: "close <nil>; end closed; close <nil>",
		},
		{
			name: "the await of one that is closed returns ErrClosed",
			body: func(c *coro.Coroutine, log *[]string) error {
				err := bare(c)
				logf(log, "closed %t", err == coro.ErrClosed)
				return err
			},
			do:   "send close close",
			want: "yield; closed true; close <nil>; close <nil>",
		},
		{
			name: "so does every later one, without suspending",
			body: func(c *coro.Coroutine, log *[]string) error {
				for range 3 {
					logf(log, "closed %t", label("a").Await(c) == coro.ErrClosed)
				}
				return nil
			},
			do:   "send close",
			want: "yield a; closed true; closed true; closed true; close <nil>",
		},
		{
			name: "a wrapped ErrClosed is as good",
			body: func(c *coro.Coroutine, log *[]string) error { return fmt.Errorf("cleanup: %w", bare(c)) },
			do:   "send close",
			want: "yield; close <nil>",
		},
		{
			name: "another error is returned by Close",
			body: func(c *coro.Coroutine, log *[]string) error { bare(c); return errX },
			do:   "send close send",
			want: "yield; close x; end x",
		},
		{
			name: "closing one that has ended does nothing",
			body: func(c *coro.Coroutine, log *[]string) error { return errX },
			do:   "send close",
			want: "end x; close <nil>",
		},
	}
	for _, pooled := range []bool{false, true} {
		for _, tt := range tests {
			t.Run(fmt.Sprintf("pooled=%t/%s", pooled, tt.name), func(t *testing.T) {
				leak.Check(t)
				var pool *coro.Pool
				if pooled {
					pool = coro.NewPool(t.Context())
					defer pool.Close()
				}
				var got []string
				var c coro.Coroutine
				c.Init(coro.BodyFunc(func(c *coro.Coroutine) error { return tt.body(c, &got) }), pool)
				for _, do := range strings.Fields(tt.do) {
					// The body logs while the step is under way.
					came := play(&c, do)
					got = append(got, came)
				}
				if diff := cmp.Diff(strings.Split(tt.want, "; "), got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
				if !c.Done() {
					t.Error("not done")
				}
			})
		}
	}
}

// A suspended coroutine is a parked stack: it may yield from any depth.
func TestYieldFromAnyDepth(t *testing.T) {
	leak.Check(t)
	var down func(c *coro.Coroutine, n int) error
	down = func(c *coro.Coroutine, n int) error {
		if n == 0 {
			return bare(c)
		}
		return down(c, n-1)
	}
	c := coro.New(func(c *coro.Coroutine) error { return down(c, 1000) })
	if _, more := c.Send(); !more {
		t.Fatal("ended without a yield")
	}
	c.Throw(errX)
	if c.Err() != errX {
		t.Errorf("ended with %v, want the error thrown in a thousand calls below", c.Err())
	}
}

func TestStateOfACoroutine(t *testing.T) {
	leak.Check(t)
	type state struct {
		Started, Done bool
		Err           error
	}
	var c *coro.Coroutine
	look := func() state { return state{c.Started(), c.Done(), c.Err()} }
	var got []state
	c = coro.New(func(c *coro.Coroutine) error {
		got = append(got, look())
		bare(c)
		return errX
	})
	got = append(got, look())
	c.Send()
	got = append(got, look())
	c.Throw(errors.New("taken"))
	got = append(got, look())
	want := []state{
		{},
		{Started: true},
		{Started: true},
		{Started: true, Done: true, Err: errX},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b error) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// mustPanic returns the text that fn panics with.
func mustPanic(t *testing.T, fn func()) (text string) {
	t.Helper()
	defer func() { text = fmt.Sprint(recover()) }()
	fn()
	t.Error("did not panic")
	return
}

func TestMisusePanicsWithASentence(t *testing.T) {
	leak.Check(t)
	suspended := coro.New(bare)
	suspended.Send()
	defer suspended.Close()
	// within runs fn in a coroutine's body and tells what it panicked with.
	within := func(fn func(c *coro.Coroutine)) func() {
		return func() {
			c := coro.New(func(c *coro.Coroutine) error { fn(c); return nil })
			c.Send()
			var p *coro.PanicError
			if errors.As(c.Err(), &p) {
				panic(p.Value)
			}
		}
	}
	tests := []struct {
		name string
		fn   func()
		want string
	}{
		{"New of nil", func() { coro.New(nil) }, "asyncio: coro.New of a nil function"},
		{"FromSeq of nil", func() { coro.FromSeq(nil) }, "asyncio: coro.FromSeq of a nil generator"},
		{"Send from within", within(func(c *coro.Coroutine) { c.Send() }),
			"asyncio: coroutine stepped while it is running; let it yield first"},
		{"Throw from within", within(func(c *coro.Coroutine) { c.Throw(errX) }),
			"asyncio: coroutine stepped while it is running; let it yield first"},
		{"Close from within", within(func(c *coro.Coroutine) { c.Close() }),
			"asyncio: coroutine closed while it is running; return from it instead"},
		{"Send from another that it resumed", within(func(outer *coro.Coroutine) {
			inner := coro.New(func(*coro.Coroutine) error { outer.Send(); return nil })
			inner.Send()
			panic(inner.Err().(*coro.PanicError).Value)
		}), "asyncio: coroutine stepped while it is running; let it yield first"},
		{"Yield of one that has not started", func() { coro.New(bare).Yield(nil) },
			"asyncio: Yield outside the coroutine's body"},
		{"Yield of one that is suspended", func() { suspended.Yield(nil) },
			"asyncio: Yield outside the coroutine's body"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := mustPanic(t, tt.fn); got != tt.want {
				t.Errorf("panic %q, want %q", got, tt.want)
			}
		})
	}
}
