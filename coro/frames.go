package coro

// A look at the stack of a suspended coroutine.

import (
	"errors"
	"runtime"
)

// errLook is what a yield gets that is to show its stack: as an error it takes the
// way of the rare case, so that a look costs nothing where none is taken.
var errLook = errors.New("asyncio: a look at the stack")

// Frames writes the program counters of a suspended coroutine's stack to pcs,
// innermost first, and returns how many there are, as runtime.Callers does. It
// is zero for a coroutine that is not suspended. Who steps the coroutine may
// call it.
//
// The body does not notice: its stack is resumed, walks itself within the
// yield, and is suspended again. That takes a microsecond, where a look at it
// from outside would have to stop every goroutine of the process.
func (c *Coroutine) Frames(pcs []uintptr) int {
	if c.state != suspended || len(pcs) == 0 {
		return 0
	}
	c.w.pcs = pcs
	if c.pool == nil || !c.pool.Host.show(c.w) {
		c.err = errLook
		c.w.next()
	}
	n := c.w.found
	c.w.pcs, c.w.found = nil, 0
	return n
}

// Thrown returns the error that was thrown into a body that was suspended by
// [Coroutine.Suspend], after it has shown its stack to those who wanted to look.
//
//go:noinline
func (c *Coroutine) Thrown() error {
	for c.err == errLook {
		c.w.found = runtime.Callers(2, c.w.pcs) // without itself and Callers
		c.err = nil
		c.w.back(nil)
	}
	return c.err
}
