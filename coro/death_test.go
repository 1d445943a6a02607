package coro_test

// How a body ends other than by returning: a panic, runtime.Goexit, being
// closed against its will.

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/google/go-cmp/cmp"
)

//go:noinline
func explode(v any) { panic(v) }

// Pitfall: iter.Pull raises a panic again where next was called, and the stack
// of its origin is lost.
func TestPitfallPanicKeepsTheStackOfItsOrigin(t *testing.T) {
	leak.Check(t)
	c := coro.New(func(c *coro.Coroutine) error {
		bare(c)
		explode("boom")
		return nil
	})
	c.Send()
	if _, more := c.Send(); more {
		t.Fatal("still going after its panic")
	}
	var p *coro.PanicError
	if !errors.As(c.Err(), &p) {
		t.Fatalf("ended with %v, want a PanicError", c.Err())
	}
	if p.Value != "boom" {
		t.Errorf("value %v, want boom", p.Value)
	}
	for _, text := range []string{string(p.Stack), p.Error()} {
		if !strings.Contains(text, "coro_test.explode") {
			t.Errorf("no trace of the function that panicked in\n%s", text)
		}
	}
	if !strings.HasPrefix(p.Error(), "asyncio: panic: boom\n") {
		t.Errorf("text %q does not begin with the value", p.Error()[:40])
	}
}

func TestPanicErrorUnwraps(t *testing.T) {
	tests := []struct {
		name  string
		value any
		want  error
	}{
		{"an error", io.EOF, io.EOF},
		{"a wrapped error", fmt.Errorf("read: %w", io.EOF), io.EOF},
		{"a nil", nil, new(runtime.PanicNilError)},
		{"a string", "EOF", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			c := coro.New(func(*coro.Coroutine) error { panic(tt.value) })
			c.Send()
			var nilPanic *runtime.PanicNilError
			switch {
			case tt.want == nil && errors.Unwrap(c.Err()) != nil:
				t.Errorf("unwraps to %v, want nothing", errors.Unwrap(c.Err()))
			case tt.value == nil && !errors.As(c.Err(), &nilPanic):
				t.Errorf("%v is no PanicNilError", c.Err())
			case tt.value != nil && tt.want != nil && !errors.Is(c.Err(), tt.want):
				t.Errorf("%v is not %v", c.Err(), tt.want)
			}
		})
	}
}

// An error that was a panic once and is raised again shows its first stack.
func TestPanicRaisedAgain(t *testing.T) {
	leak.Check(t)
	inner := coro.New(func(*coro.Coroutine) error { explode("first"); return nil })
	outer := coro.New(func(*coro.Coroutine) error {
		inner.Send()
		panic(inner.Err())
	})
	outer.Send()
	if outer.Err() != inner.Err() {
		t.Errorf("ended with %v, want the inner coroutine's error itself", outer.Err())
	}
}

// Pitfall: runtime.Goexit in an iter.Pull passes on to whoever called next.
func TestPitfallGoexitPassesToTheCallerOfSend(t *testing.T) {
	leak.Check(t)
	for _, pooled := range []bool{false, true} {
		t.Run(fmt.Sprintf("pooled=%t", pooled), func(t *testing.T) {
			var pool *coro.Pool
			if pooled {
				pool = coro.NewPool(t.Context())
				defer pool.Close()
			}
			var log []string
			var c coro.Coroutine
			c.Init(coro.BodyFunc(func(c *coro.Coroutine) error {
				defer logf(&log, "cleanup")
				bare(c)
				runtime.Goexit()
				return nil
			}), pool)
			gone := make(chan struct{})
			go func() {
				defer close(gone)
				defer func() { logf(&log, "caller exits; recovered %v", recover()) }()
				c.Send()
				c.Send()
				logf(&log, "Send returned")
			}()
			<-gone
			if diff := cmp.Diff([]string{"cleanup", "caller exits; recovered <nil>"}, log); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if !c.Done() || c.Err() != coro.ErrGoexit {
				t.Errorf("done %t with %v, want ErrGoexit", c.Done(), c.Err())
			}
			if pool != nil && pool.Idle() != 0 {
				t.Errorf("%d idle stacks, want none: the goroutine is gone", pool.Idle())
			}
		})
	}
}

// Pitfall: after stop, every yield of an iter.Pull returns at once, and a body
// that tries again until it succeeds would spin for ever.
func TestPitfallCloseUnwindsARetryLoop(t *testing.T) {
	leak.Check(t)
	tests := []struct {
		name  string
		start func(log *[]string, tries *int) *coro.Coroutine
	}{
		{"function", func(log *[]string, tries *int) *coro.Coroutine {
			return coro.New(func(c *coro.Coroutine) error {
				defer logf(log, "outer defer")
				func() {
					defer logf(log, "inner defer")
					for bare(c) != nil {
						*tries++
					}
				}()
				logf(log, "went on")
				return nil
			})
		}},
		{"generator", func(log *[]string, tries *int) *coro.Coroutine {
			return coro.FromSeq(func(yield func(coro.Awaitable) bool) {
				defer logf(log, "outer defer")
				defer logf(log, "inner defer")
				for !yield(nil) {
					*tries++
				}
				logf(log, "went on")
			})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log []string
			tries := 0
			c := tt.start(&log, &tries)
			c.Send()
			if err := c.Close(); err != coro.ErrIgnoredClose {
				t.Errorf("Close: %v, want ErrIgnoredClose", err)
			}
			if c.Err() != coro.ErrIgnoredClose {
				t.Errorf("ended with %v, want ErrIgnoredClose", c.Err())
			}
			// The await it stood at, and 99 more; the hundredth does not return.
			if tries != 100 {
				t.Errorf("%d awaits returned, want 100", tries)
			}
			if diff := cmp.Diff([]string{"inner defer", "outer defer"}, log); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// Nor does a body get away that takes every panic for its own.
func TestCloseOfABodyThatRecovers(t *testing.T) {
	leak.Check(t)
	tries, answered := 0, 0
	c := coro.New(func(c *coro.Coroutine) error {
		for ; tries < 1000; tries++ {
			func() {
				defer func() { recover() }()
				bare(c)
				answered++
			}()
		}
		return nil
	})
	c.Send()
	if err := c.Close(); err != nil { // it has returned in the end
		t.Errorf("Close: %v", err)
	}
	if tries != 1000 || answered != 100 {
		t.Errorf("%d of %d awaits returned, want 100 of 1000", answered, tries)
	}
}

// Whoever gives up in time is not unwound.
func TestCloseAllowsAFewAwaits(t *testing.T) {
	leak.Check(t)
	c := coro.New(func(c *coro.Coroutine) error {
		for range 100 { // the one it stands at, and 99 more
			bare(c)
		}
		return nil
	})
	c.Send()
	if err := c.Close(); err != nil {
		t.Errorf("Close: %v, want nil", err)
	}
}

// Cleanup that awaits in a defer must not hide the unwinding.
func TestUnwindingSurvivesAwaitsInDefers(t *testing.T) {
	leak.Check(t)
	deferred := 0
	c := coro.New(func(c *coro.Coroutine) error {
		defer func() { deferred++ }()
		defer bare(c)
		for {
			bare(c)
		}
	})
	c.Send()
	if err := c.Close(); err != coro.ErrIgnoredClose {
		t.Errorf("Close: %v, want ErrIgnoredClose", err)
	}
	if deferred != 1 {
		t.Errorf("the other defer ran %d times, want once", deferred)
	}
}

func TestPanicWhileClosing(t *testing.T) {
	leak.Check(t)
	c := coro.New(func(c *coro.Coroutine) error {
		bare(c)
		panic(io.EOF)
	})
	c.Send()
	if err := c.Close(); !errors.Is(err, io.EOF) {
		t.Errorf("Close: %v, want the panic's error", err)
	}
}
