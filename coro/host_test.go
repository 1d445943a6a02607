package coro_test

// A coroutine that resumes others on its own stack.

import (
	"context"
	"runtime"
	"slices"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/google/go-cmp/cmp"
)

// A table is a loop in small: what is ready, in order, and whose host resumes the
// others until it finds itself, or the end of the line.
type table struct {
	pool  *coro.Pool
	ready []*coro.Coroutine
	log   []string
}

func newTable(t *testing.T) *table {
	leak.Check(t)
	tb := &table{pool: coro.NewPool(context.Background())}
	t.Cleanup(tb.pool.Close)
	tb.pool.Host.Suspend = tb.host
	return tb
}

func (tb *table) pop() *coro.Coroutine {
	c := tb.ready[0]
	tb.ready = tb.ready[1:]
	return c
}

func (tb *table) host(a coro.Awaitable) bool {
	h := &tb.pool.Host
	if len(tb.ready) == 0 {
		logf(&tb.log, "declined")
		return h.Decline(a)
	}
	h.Accept()
	for len(tb.ready) > 0 {
		c := tb.pop()
		if h.Is(c) {
			h.Continue(nil)
			return true
		}
		h.Invite(c)
		c.Resume(nil)
		if h.Asked() {
			if _, ok := h.Attend(); !ok {
				break
			}
		}
		h.Dismiss()
	}
	return h.GiveBack()
}

// lend resumes c as the host of what is ready. It reports whether the host has given
// back, rather than yielded or ended.
func (tb *table) lend(c *coro.Coroutine) bool {
	h := &tb.pool.Host
	h.Lend(c)
	c.Resume(nil)
	asked := h.Asked()
	if asked {
		h.Settle()
	}
	return asked
}

// counter returns a started coroutine that logs its steps.
func (tb *table) counter(name string, steps int) *coro.Coroutine {
	c := on(tb.pool, func(c *coro.Coroutine) error {
		for n := range steps {
			if err := bare(c); err != nil {
				return err
			}
			logf(&tb.log, "%s%d", name, n)
		}
		return nil
	})
	c.Send()
	return c
}

func (tb *table) expect(t *testing.T, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, tb.log); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	tb.log = nil
}

// The host continues when it is next, and gives back when nobody is; then it is a
// coroutine as any other.
func TestHost(t *testing.T) {
	tb := newTable(t)
	a, b, c := tb.counter("a", 4), tb.counter("b", 3), tb.counter("c", 1)
	tb.ready = []*coro.Coroutine{b, c, a, b}
	if !tb.lend(a) {
		t.Error("the host has not given back")
	}
	tb.expect(t, "a0", "b0", "c0", "a1", "b1")
	if !c.Done() || b.Done() || a.Done() || !a.Suspended() {
		t.Errorf("done: a %t, b %t, c %t", a.Done(), b.Done(), c.Done())
	}
	tb.ready = []*coro.Coroutine{a}
	b.Send() // not lent anything: it does not look at what is ready
	tb.expect(t, "b2")
	a.Send()
	tb.expect(t, "a2")
	tb.ready = nil
	if tb.lend(a) {
		t.Error("a host that ends has given back")
	}
	tb.expect(t, "a3")
	if !a.Done() {
		t.Error("the host has not ended")
	}
	d := tb.counter("d", 2)
	if tb.lend(d) {
		t.Error("a host that declines has given back")
	}
	tb.expect(t, "d0", "declined")
	finish(d)
}

// A guest may look at the stack of its host, and at those of others.
func TestGuestSeesTheHost(t *testing.T) {
	tb := newTable(t)
	var host, other *coro.Coroutine
	host = on(tb.pool, func(c *coro.Coroutine) error {
		for range 2 {
			if err := outer(c); err != nil {
				return err
			}
		}
		return nil
	})
	other = on(tb.pool, outer)
	guest := on(tb.pool, func(c *coro.Coroutine) error {
		bare(c)
		for range 2 {
			for _, who := range []*coro.Coroutine{host, other} {
				got := stackOf(who)
				got = slices.DeleteFunc(got, func(name string) bool { return name == "(*table).host" || name == "(*table).host-fm" })
				if len(got) < 4 || !slices.Equal(got[:4], []string{"innermost", "middle", "middle", "outer"}) {
					t.Errorf("stack: %v", got)
				}
			}
		}
		logf(&tb.log, "looked")
		return nil
	})
	for _, c := range []*coro.Coroutine{host, other, guest} {
		c.Send()
	}
	tb.ready = []*coro.Coroutine{guest, host}
	tb.lend(host)
	tb.expect(t, "looked")
	if !host.Done() {
		t.Error("the host has not continued")
	}
	if got := stackOf(host); got != nil {
		t.Errorf("of a host that has ended: %v", got)
	}
	finish(other)
}

// runtime.Goexit in a guest passes the host by, and takes along the goroutine that has
// resumed that.
func TestGoexitPassesTheHost(t *testing.T) {
	tb := newTable(t)
	host := tb.counter("host", 2)
	guest := on(tb.pool, func(c *coro.Coroutine) error {
		bare(c)
		defer logf(&tb.log, "deferred")
		runtime.Goexit()
		return nil
	})
	guest.Send()
	third := tb.counter("third", 1)
	tb.ready = []*coro.Coroutine{guest, third}
	returned := false
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		tb.lend(host)
		returned = true
	}()
	<-gone
	tb.expect(t, "host0", "deferred")
	if returned || guest.Err() != coro.ErrGoexit || !host.Suspended() {
		t.Errorf("returned %t, guest %v, host suspended %t", returned, guest.Err(), host.Suspended())
	}
	finish(host)
	finish(third)
	tb.expect(t, "host1", "third0")
}
