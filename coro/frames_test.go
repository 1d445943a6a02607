package coro_test

import (
	"iter"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/google/go-cmp/cmp"
)

// stackOf returns the functions of this test on the stack of a coroutine.
func stackOf(c *coro.Coroutine) []string {
	var pcs [512]uintptr
	n := c.Frames(pcs[:])
	if n == 0 {
		return nil
	}
	var names []string
	frames := runtime.CallersFrames(pcs[:n])
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if _, name, ok := strings.Cut(f.Function, "coro_test."); ok {
			names = append(names, name)
		}
	}
	return names
}

//go:noinline
func innermost(c *coro.Coroutine) error { return c.Yield(nil) }

//go:noinline
func middle(c *coro.Coroutine, n int) error {
	if n > 0 {
		return middle(c, n-1)
	}
	return innermost(c)
}

func outer(c *coro.Coroutine) error { return middle(c, 1) }

// A suspended coroutine shows where it is, as often as it is asked, and notices
// nothing.
func TestFramesOfASuspendedCoroutine(t *testing.T) {
	for _, pooled := range []bool{false, true} {
		leak.Check(t)
		var pool *coro.Pool
		if pooled {
			pool = coro.NewPool(t.Context())
			defer pool.Close()
		}
		steps := 0
		c := on(pool, func(c *coro.Coroutine) error {
			for range 3 {
				if err := outer(c); err != nil {
					return err
				}
				steps++
			}
			return nil
		})
		if got := stackOf(c); got != nil {
			t.Errorf("before its start: %v", got)
		}
		for step := range 3 {
			c.Send()
			for range 3 {
				got := stackOf(c)
				want := []string{"innermost", "middle", "middle", "outer"}
				if len(got) < 4 {
					t.Fatalf("stack: %v", got)
				}
				if diff := cmp.Diff(want, got[:4]); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			}
			if steps != step {
				t.Errorf("%d steps, want %d", steps, step)
			}
		}
		c.Send()
		if !c.Done() || c.Err() != nil || steps != 3 {
			t.Errorf("done %t with %v after %d steps", c.Done(), c.Err(), steps)
		}
		if got := stackOf(c); got != nil {
			t.Errorf("after its end: %v", got)
		}
	}
}

// The error that is thrown in after a look at the stack is the one that was to
// be thrown in, and Close finds the coroutine as it was.
func TestFramesChangeNothing(t *testing.T) {
	leak.Check(t)
	look := func(c *coro.Coroutine) {
		if len(stackOf(c)) == 0 {
			t.Error("no stack")
		}
	}
	thrown := coro.New(outer)
	thrown.Send()
	look(thrown)
	thrown.Throw(errX)
	if thrown.Err() != errX {
		t.Errorf("%v, want the error thrown in", thrown.Err())
	}
	closed := coro.New(outer)
	closed.Send()
	look(closed)
	if err := closed.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// A running coroutine has nothing to show to others, nor itself.
func TestFramesOfARunningCoroutine(t *testing.T) {
	leak.Check(t)
	c := coro.New(func(c *coro.Coroutine) error {
		if got := stackOf(c); got != nil {
			t.Errorf("running: %v", got)
		}
		return nil
	})
	c.Send()
	var pcs []uintptr
	c = coro.New(outer)
	c.Send()
	if n := c.Frames(pcs); n != 0 {
		t.Errorf("%d frames in no room", n)
	}
	c.Close()
}

// Raw generators, and iterators of the body's own around a yield, are on the
// stack as well.
func TestFramesOfGenerators(t *testing.T) {
	leak.Check(t)
	seq := coro.FromSeq(func(yield func(coro.Awaitable) bool) { yield(nil) })
	seq.Send()
	if got := stackOf(seq); !slices.Contains(got, "TestFramesOfGenerators.func1") {
		t.Errorf("a generator: %v", got)
	}
	seq.Close()

	nested := coro.New(func(c *coro.Coroutine) error {
		next, stop := iter.Pull(func(yield func(int) bool) {
			innermost(c)
			yield(1)
		})
		defer stop()
		next()
		return nil
	})
	nested.Send()
	if got := stackOf(nested); len(got) == 0 || got[0] != "innermost" {
		t.Errorf("within an iterator of its own: %v", got)
	}
	nested.Send()
	if !nested.Done() {
		t.Error("not done")
	}
}

func BenchmarkFrames(b *testing.B) {
	c := coro.New(outer)
	c.Send()
	defer c.Close()
	var pcs [64]uintptr
	for b.Loop() {
		c.Frames(pcs[:])
	}
}
