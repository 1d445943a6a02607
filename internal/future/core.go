// Package future holds what Future, Task and the futures of gather share: the
// state, the subscribers, and who has seen the outcome. It is untyped, so that
// the packages above need no instance of a generic type to look at a future.
package future

import (
	"iter"
	"slices"

	"github.com/goasyncio/asyncio/coro"
)

// A State is where a future is in its life.
type State uint8

const (
	Pending State = iota
	Finished
	Cancelled
)

// Core is the untyped part of a future. Its zero value is pending and bound to
// no loop.
type Core struct {
	turn  *coro.Turn    // the loop's
	first coro.Runnable // nearly every future has one subscriber at most
	more  *more
	state State
}

// more is what few futures have, kept apart so that the others are small.
type more struct {
	err  error           // of a finished future; of a cancelled one, see CancelledError
	rest []coro.Runnable // the subscribers after the first; empty if that is nil
	msg  string          // of the cancellation
	why  error           // its cause
	fail *Failure        // until somebody has seen the error
	site []uintptr       // where it was made, in debug mode
}

// extend returns c.more, making it if need be.
func (c *Core) extend() *more {
	if c.more == nil {
		c.more = new(more)
	}
	return c.more
}

// Bind attaches the future to the loop whose turn it is.
func (c *Core) Bind(t *coro.Turn) { c.turn = t }

// Scheduler returns the loop, nil if there is none yet.
func (c *Core) Scheduler() coro.Scheduler {
	if c.turn == nil {
		return nil
	}
	return c.turn.Scheduler
}

// State returns the state; looking at it does not count as seeing the outcome.
func (c *Core) State() State { return c.state }

// Done reports whether there is an outcome.
func (c *Core) Done() bool { return c.state != Pending }

// Awaitable reports whether a task that awaits the future must wait for it.
func (c *Core) Awaitable() bool { return c.state == Pending && c.turn != nil }

// Peek returns the error of a finished future without marking it as seen.
func (c *Core) Peek() error {
	if c.state != Finished || c.more == nil {
		return nil
	}
	return c.more.err
}

// Unretrieved reports whether the future failed and nobody has seen it.
func (c *Core) Unretrieved() bool { return c.more != nil && c.more.fail != nil }

// Subscribed reports whether anything waits for the future.
func (c *Core) Subscribed() bool { return c.first != nil }

// Subscribers ranges over what waits for the future.
func (c *Core) Subscribers() iter.Seq[coro.Runnable] {
	return func(yield func(coro.Runnable) bool) {
		if c.first == nil || !yield(c.first) || c.more == nil {
			return
		}
		for _, r := range c.more.rest {
			if !yield(r) {
				return
			}
		}
	}
}

// Message returns the message of the last cancellation.
func (c *Core) Message() string {
	if c.more == nil {
		return ""
	}
	return c.more.msg
}

// SetMessage keeps msg for the cancellation that is to be delivered.
func (c *Core) SetMessage(msg string) {
	if msg != "" || c.more != nil {
		c.extend().msg = msg
	}
}

// Cause returns what led to the last cancellation, nil if nobody said.
func (c *Core) Cause() error {
	if c.more == nil {
		return nil
	}
	return c.more.why
}

// SetCause keeps err as what leads to the cancellation that is to be delivered.
func (c *Core) SetCause(err error) {
	if err != nil || c.more != nil {
		c.extend().why = err
	}
}

// Err returns the outcome's error and marks it as seen.
func (c *Core) Err() error {
	switch c.state {
	case Pending:
		return ErrInvalidState
	case Cancelled:
		return c.CancelledError()
	}
	if c.more == nil {
		return nil
	}
	c.MarkRetrieved()
	return c.more.err
}

// CancelledError returns the error of a cancelled future. A task keeps the
// error that ended it and hands that out once, so that the first who awaits it
// gets the original; after that each gets a fresh one.
func (c *Core) CancelledError() error {
	if m := c.more; m != nil && m.err != nil && c.state == Cancelled {
		err := m.err
		m.err = nil
		return err
	}
	return c.NewCancelledError()
}

// NewCancelledError returns a fresh error for a cancelled future, or for a task
// that is to be.
func (c *Core) NewCancelledError() *CancelledError {
	return &CancelledError{Msg: c.Message(), Err: c.Cause()}
}

// MarkRetrieved says that the error, if there is one, was seen.
func (c *Core) MarkRetrieved() {
	if c.Unretrieved() {
		c.more.fail.retrieve()
		c.more.fail = nil
	}
}

// Finish makes the future done with an error, nil for success, and reports
// whether it was pending. owner names the future if its error is never seen.
func (c *Core) Finish(err error, owner Owner) bool {
	if c.state != Pending {
		return false
	}
	c.state = Finished
	if err != nil {
		m := c.extend()
		m.err, m.fail = err, watch(c, err, owner)
	}
	c.schedule()
	return true
}

// Cancel makes the future cancelled and reports whether it was pending.
func (c *Core) Cancel(msg ...string) bool { return c.CancelCause(nil, msg...) }

// CancelCause is Cancel with what led to it.
func (c *Core) CancelCause(cause error, msg ...string) bool {
	return c.EndCancelled(Message(msg), cause, nil)
}

// Message returns the message in the optional argument of a Cancel.
func Message(msg []string) string {
	if len(msg) == 0 {
		return ""
	}
	return msg[0]
}

// EndCancelled makes the future cancelled and reports whether it was pending.
// first, if not nil, is the error to hand out first.
func (c *Core) EndCancelled(msg string, cause, first error) bool {
	c.MarkRetrieved()
	if c.state != Pending {
		return false
	}
	c.state = Cancelled
	c.SetMessage(msg)
	c.SetCause(cause)
	if first != nil {
		c.extend().err = first
	}
	c.schedule()
	return true
}

// schedule makes every subscriber ready, in the order of subscription.
func (c *Core) schedule() {
	if c.first == nil {
		return
	}
	// The line is taken off first: Ready may be a scheduler's that changes it.
	first := c.first
	c.first = nil
	var rest []coro.Runnable
	if c.more != nil {
		rest, c.more.rest = c.more.rest, nil
	}
	c.turn.Scheduler.Ready(first)
	for _, w := range rest {
		c.turn.Scheduler.Ready(w)
	}
}

// Subscribe makes w ready once the future is done.
func (c *Core) Subscribe(w coro.Runnable) {
	switch {
	case c.state != Pending:
		c.turn.Scheduler.Ready(w)
	case c.first == nil:
		c.first = w
	default:
		m := c.extend()
		m.rest = append(m.rest, w)
	}
}

// Unsubscribe removes every subscription of w and returns how many there were.
func (c *Core) Unsubscribe(w coro.Runnable) int {
	n := 0
	if c.more != nil {
		rest := slices.DeleteFunc(c.more.rest, func(r coro.Runnable) bool { return r == w })
		n = len(c.more.rest) - len(rest)
		c.more.rest = rest
	}
	if c.first == w && w != nil {
		n++
		c.first = nil
		if c.more != nil && len(c.more.rest) > 0 {
			c.first, c.more.rest = c.more.rest[0], c.more.rest[1:]
		}
	}
	return n
}
