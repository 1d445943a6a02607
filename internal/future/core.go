// Package future holds what Future, Task and the futures of gather share: the
// state, the subscribers, and who has seen the outcome. It is untyped, so that
// the packages above need no instance of a generic type to look at a future.
package future

import "github.com/goasyncio/asyncio/coro"

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
	sched coro.Scheduler
	first coro.Runnable   // nearly every future has one subscriber at most
	rest  []coro.Runnable // the others; empty if first is nil
	err   error           // of a finished future; of a cancelled one, see Err
	msg   string          // of the cancellation
	fail  *Failure        // until somebody has seen the error
	state State
}

// Bind attaches the future to a loop.
func (c *Core) Bind(s coro.Scheduler) { c.sched = s }

// Scheduler returns the loop, nil if there is none yet.
func (c *Core) Scheduler() coro.Scheduler { return c.sched }

// State returns the state; looking at it does not count as seeing the outcome.
func (c *Core) State() State { return c.state }

// Done reports whether there is an outcome.
func (c *Core) Done() bool { return c.state != Pending }

// Peek returns the error of a finished future without marking it as seen.
func (c *Core) Peek() error {
	if c.state != Finished {
		return nil
	}
	return c.err
}

// Unretrieved reports whether the future failed and nobody has seen it.
func (c *Core) Unretrieved() bool { return c.fail != nil }

// Subscribed reports whether anything waits for the future.
func (c *Core) Subscribed() bool { return c.first != nil }

// Message returns the message of the last cancellation.
func (c *Core) Message() string { return c.msg }

// SetMessage keeps msg for the cancellation that is to be delivered.
func (c *Core) SetMessage(msg string) { c.msg = msg }

// Err returns the outcome's error and marks it as seen.
func (c *Core) Err() error {
	switch c.state {
	case Pending:
		return ErrInvalidState
	case Cancelled:
		return c.CancelledError()
	}
	c.MarkRetrieved()
	return c.err
}

// CancelledError returns the error of a cancelled future. A task keeps the
// error that ended it and hands that out once, so that the first who awaits it
// gets the original; after that each gets a fresh one.
func (c *Core) CancelledError() error {
	if err := c.err; err != nil && c.state == Cancelled {
		c.err = nil
		return err
	}
	return &CancelledError{Msg: c.msg}
}

// MarkRetrieved says that the error, if there is one, was seen.
func (c *Core) MarkRetrieved() {
	if c.fail != nil {
		c.fail.retrieve()
		c.fail = nil
	}
}

// Finish makes the future done with an error, nil for success, and reports
// whether it was pending. owner names the future if its error is never seen.
func (c *Core) Finish(err error, owner Owner) bool {
	if c.state != Pending {
		return false
	}
	c.state = Finished
	c.err = err
	if err != nil {
		c.fail = watch(c, err, owner)
	}
	c.schedule()
	return true
}

// Cancel makes the future cancelled and reports whether it was pending. cause,
// if not nil, is the error to hand out first.
func (c *Core) Cancel(msg string, cause error) bool {
	c.MarkRetrieved()
	if c.state != Pending {
		return false
	}
	c.state = Cancelled
	c.msg = msg
	c.err = cause
	c.schedule()
	return true
}

// schedule makes every subscriber ready, in the order of subscription.
func (c *Core) schedule() {
	if c.first == nil {
		return
	}
	first, rest := c.first, c.rest
	c.first, c.rest = nil, nil
	c.sched.Ready(first)
	for _, w := range rest {
		c.sched.Ready(w)
	}
}

// Subscribe makes w ready once the future is done.
func (c *Core) Subscribe(w coro.Runnable) {
	switch {
	case c.state != Pending:
		c.sched.Ready(w)
	case c.first == nil:
		c.first = w
	default:
		c.rest = append(c.rest, w)
	}
}

// Unsubscribe removes every subscription of w and returns how many there were.
func (c *Core) Unsubscribe(w coro.Runnable) int {
	n := 0
	kept := c.rest[:0]
	for _, r := range c.rest {
		if r == w {
			n++
		} else {
			kept = append(kept, r)
		}
	}
	clear(c.rest[len(kept):])
	c.rest = kept
	if c.first == w && w != nil {
		n++
		c.first = nil
		if len(c.rest) > 0 {
			c.first, c.rest = c.rest[0], c.rest[1:]
		}
	}
	return n
}
