// Package readiness has what networks share that learn of what is possible by events,
// and tell it level by level, as package network wants it.
package readiness

import (
	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
)

// A Callback makes a Runnable ready in each iteration of a loop in which a call could
// go on. It is the one that stands in the ready queue, so that it is there at most
// once, and nothing is allocated for an event. Its zero value but for the loop is ready
// to use. All of it is for the loop's goroutine.
type Callback struct {
	Loop   *eventloop.Loop
	r      coro.Runnable
	can    bool // the call could go on
	queued bool
}

// Can says whether the call could go on.
func (c *Callback) Can(can bool) {
	c.can = can
	c.arm()
}

// On sets what is called, nil for nothing. It returns whether there was something.
func (c *Callback) On(r coro.Runnable) (was bool) {
	was = c.r != nil
	c.r = r
	c.arm()
	return was
}

func (c *Callback) arm() {
	if c.can && c.r != nil && !c.queued {
		c.queued = true
		c.Loop.Ready(c)
	}
}

// Run calls the Runnable, and comes again if the call can still go on then.
func (c *Callback) Run() {
	defer c.again() // deferred as the Runnable may panic
	if c.can && c.r != nil {
		c.r.Run()
	}
}

// again is behind the Runnable, so that what that makes ready comes first, as it does
// when a selector looks once in an iteration.
func (c *Callback) again() {
	c.queued = false
	c.arm()
}

// String names it in snapshots of the loop.
func (c *Callback) String() string { return "an event of a connection" }
