package coro

// A look at the stack of a suspended coroutine.

import "runtime"

// Frames writes the program counters of a suspended coroutine's stack to pcs,
// innermost first, and returns how many there are, as runtime.Callers does. It
// is zero for a coroutine that is not suspended. Who steps the coroutine may
// call it.
//
// The body does not notice: its stack is resumed, walks itself within the
// yield, and is suspended again. That takes a third of a microsecond, where a
// look at it from outside would have to stop every goroutine of the process.
func (c *Coroutine) Frames(pcs []uintptr) int {
	if c.state != suspended || len(pcs) == 0 {
		return 0
	}
	c.state = probed
	c.w.pcs = pcs
	c.w.next()
	n := c.w.found
	c.w.pcs, c.w.found = nil, 0
	return n
}

// showFrames is called within a yield that returned for a look at the stack,
// and returns when the yield is to return in earnest.
//
//go:noinline
func (c *Coroutine) showFrames() {
	for c.state == probed {
		c.w.found = runtime.Callers(2, c.w.pcs) // without itself and Callers
		c.state = suspended
		c.w.yield(nil)
	}
}
