package coro

import (
	"errors"

	"github.com/goasyncio/asyncio/internal/goid"
)

// maxIgnored is how many awaits a closing coroutine may start before it is
// unwound: enough for a few levels of cleanup, an end to a retry loop.
const maxIgnored = 100

// A Coroutine is a body that runs in steps (asyncio: a coroutine object).
// Make one with [New] or [FromSeq].
//
// One goroutine at a time may step it; the body runs only inside Send, Throw
// and Close, so it needs no locks against whoever steps it.
type Coroutine struct {
	body Body
	pool *Pool

	// What each step looks at stands together, at the end, so that with many
	// tasks it takes one line of the processor's cache rather than two.
	w       *worker
	err     error // while suspended: to be thrown in; when done: the outcome
	state   state
	ignored uint8
}

type state uint8

const (
	created state = iota
	suspended
	running
	closing // running, with every await refused
	done
)

// A Body is what a coroutine runs. It suspends itself with c.Yield.
type Body interface{ Body(c *Coroutine) error }

// BodyFunc is a function as a [Body].
type BodyFunc func(c *Coroutine) error

// Body calls f.
func (f BodyFunc) Body(c *Coroutine) error { return f(c) }

// New returns a coroutine that will run fn at the first [Coroutine.Send].
func New(fn func(c *Coroutine) error) *Coroutine {
	if fn == nil {
		panic("asyncio: coro.New of a nil function")
	}
	c := new(Coroutine)
	c.Init(BodyFunc(fn), nil)
	return c
}

// Init makes c a coroutine that has not started, with stacks from pool; a nil
// pool makes a stack for c alone. It is for those who embed a Coroutine.
func (c *Coroutine) Init(body Body, pool *Pool) {
	*c = Coroutine{body: body, pool: pool}
}

// Send resumes the coroutine and returns what it waits for next. It returns
// false when the body has ended; [Coroutine.Err] has the outcome.
func (c *Coroutine) Send() (Awaitable, bool) { return c.Throw(nil) }

// Throw resumes the coroutine so that the yield it waits in returns err. A
// coroutine that has not started ends with err without running.
//
// If the body calls runtime.Goexit, so does Throw.
func (c *Coroutine) Throw(err error) (Awaitable, bool) {
	if c.state != suspended && !c.start(err) {
		return nil, false
	}
	c.state = running
	c.err = err
	a, _ := c.w.next()
	return a, c.state != done
}

// Suspended reports whether the coroutine waits in a yield.
func (c *Coroutine) Suspended() bool { return c.state == suspended }

// Resume is [Coroutine.Throw] for a coroutine that is known to be suspended, in
// a form that is compiled into its caller; whether the body has ended is for
// [Coroutine.Done] to tell.
func (c *Coroutine) Resume(err error) Awaitable {
	c.state = running
	c.err = err
	a, _ := c.w.next()
	return a
}

// start gets a coroutine ready for its first step.
func (c *Coroutine) start(err error) bool {
	switch {
	case c.state == running || c.state == closing:
		panic("asyncio: coroutine stepped while it is running; let it yield first")
	case c.state == done:
		return false
	case err != nil:
		c.finish(err)
		return false
	}
	c.w = c.pool.get()
	c.w.c = c
	c.w.yield = c.w.back
	return true
}

// Yield suspends the running body, handing a to whoever steps it. It returns
// nil when the coroutine is resumed by Send, else the error thrown in. Only the
// body may call it.
func (c *Coroutine) Yield(a Awaitable) error {
	if c.state == closing {
		return c.refuse()
	}
	if c.state != running {
		panic("asyncio: Yield outside the coroutine's body")
	}
	if err := c.Suspend(a); err != nil {
		return c.Thrown()
	}
	return nil
}

// Suspend is [Coroutine.Yield] for a body that is known to be running and not
// closing, in a form that is compiled into its caller: each frame between the
// yield and the code that awaits is one more return that the processor does not
// predict when the stack is resumed. Of an error that it returns no more can be
// said than that it is not nil: which one, [Coroutine.Thrown] tells.
func (c *Coroutine) Suspend(a Awaitable) error {
	c.state = suspended
	c.w.yield(a)
	return c.err
}

// refuse answers an await of a closing coroutine.
func (c *Coroutine) refuse() error {
	c.ignored++
	if c.ignored >= maxIgnored {
		c.ignored = maxIgnored
		panic(unwind{})
	}
	return ErrClosed
}

// unwind is the panic that takes down a body which ignores Close.
type unwind struct{}

// Close ends the coroutine: the await that it is suspended in returns
// [ErrClosed], and so does every later one, without suspending. Close returns
// nil if the body then ends with nil or ErrClosed, [ErrIgnoredClose] if it had
// to be unwound, and otherwise the body's error. A coroutine that has not
// started never runs; closing twice does nothing.
func (c *Coroutine) Close() error {
	switch c.state {
	case created:
		c.finish(ErrClosed)
		return nil
	case running, closing:
		panic("asyncio: coroutine closed while it is running; return from it instead")
	case done:
		return nil
	}
	c.state = closing
	c.err = ErrClosed
	c.w.next()
	if c.err == nil || errors.Is(c.err, ErrClosed) {
		return nil
	}
	return c.err
}

// Done reports whether the body has ended.
func (c *Coroutine) Done() bool { return c.state == done }

// OnStack reports whether the caller runs on the coroutine's own stack. It
// takes microseconds, and works only with a pool that tracks its goroutines.
func (c *Coroutine) OnStack() bool { return c.w != nil && c.w.id == goid.Get() }

// Started reports whether the body has begun to run.
func (c *Coroutine) Started() bool { return c.state != created }

// Err returns the outcome of a coroutine that is done: what its body returned,
// the error thrown into it before it started, a [*PanicError], [ErrGoexit] or
// [ErrIgnoredClose]. It is nil before that.
func (c *Coroutine) Err() error {
	if c.state != done {
		return nil
	}
	return c.err
}

// finish records the outcome and lets go of everything else.
func (c *Coroutine) finish(err error) {
	c.state = done
	c.err = err
	c.body = nil
	c.w = nil
}
