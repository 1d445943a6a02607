package threads

import (
	"context"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
)

// A crossing is what a task waits for that another goroutine will do. That is
// started when the task has been suspended: an await that fails at once has no
// effect.
type crossing struct {
	future.Core
	start   func()
	started bool
	what    string
	explain func() waits.Reason
}

// newCrossing returns one of loop l. explain says more of what it is than what.
func newCrossing(l *eventloop.Loop, what string, explain func() waits.Reason) *crossing {
	c := &crossing{what: what, explain: explain}
	c.Bind(l.Turn())
	return c
}

// Run is posted by the other goroutine. If the wait has ended before, it has no
// effect: each wait has a crossing of its own.
func (c *crossing) Run() { c.Finish(nil, c) }

// Subscribe implements [coro.Awaitable].
func (c *crossing) Subscribe(r coro.Runnable) {
	c.Core.Subscribe(r)
	if !c.started {
		c.started = true
		c.start()
	}
}

// String says what the task waits for.
func (c *crossing) String() string { return c.what }

// Explain implements [waits.Explainer].
func (c *crossing) Explain() waits.Reason { return c.explain() }

// A helper is a goroutine that does one blocking operation for a task.
type helper struct {
	stop, gone chan struct{}
	did        bool
	panicked   any
}

// help has op run on another goroutine while the task of ctx waits for ch. op reports
// whether it did its work or gave up because stop was closed; a nil op does nothing for
// ever.
//
// When help returns, op has returned. A wait that is cut short stops op, and waits
// for that, which takes no longer than it takes the goroutine to be scheduled. If
// op did its work nevertheless, that counts, and the cancellation is thrown at the
// task's next await: so neither gets lost.
func help(ctx context.Context, ch channel, op func(stop <-chan struct{}) bool) error {
	l := loopOf(ctx)
	h := &helper{}
	c := newCrossing(l, "a "+ch.part+" a channel", ch.explain)
	c.start = func() {
		h.stop, h.gone = make(chan struct{}), make(chan struct{})
		l.Retain()
		go h.run(l, c, op)
	}
	if op == nil {
		c.start = func() {}
	}
	err := coro.Await(ctx, c)
	if h.gone != nil {
		close(h.stop)
		<-h.gone
	}
	switch {
	case h.panicked != nil:
		panic(h.panicked) // again, with the stack of the task
	case h.did && err != nil:
		throwLater(ctx, err)
		return nil
	}
	return err
}

// run is the goroutine.
func (h *helper) run(l *eventloop.Loop, c *crossing, op func(stop <-chan struct{}) bool) {
	defer func() {
		h.panicked = recover()
		wake := h.did || h.panicked != nil
		close(h.gone)
		if wake {
			l.PostAndRelease(c)
		} else {
			l.Release()
		}
	}()
	h.did = op(h.stop)
}

// throwLater makes the next await return the cancellation that err was, if it was
// one. A ctx that has ended needs no help to make that await fail.
func throwLater(ctx context.Context, err error) {
	t, ok := coro.Own(ctx).Driver().(interface {
		Cancelling() int
		Uncancel() int
		CancelScope(scope *coro.Context)
	})
	if ok && future.IsCancelled(err) && !future.IsScoped(err, false) && t.Cancelling() > 0 {
		t.Uncancel() // the count stays as it is
		t.CancelScope(coro.NewScope(ctx))
	}
}
