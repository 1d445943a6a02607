package future

import (
	"runtime"
	"slices"

	"github.com/goasyncio/asyncio/coro"
)

// depth is how many calls a site has at most.
const depth = 32

// A debugger is a loop that may be in debug mode.
type debugger interface{ Debug() bool }

// BindNew is Bind for a future that is being made for a user: in debug mode it
// notes where (asyncio: source_traceback).
func (c *Core) BindNew(s coro.Scheduler) {
	c.sched = s
	if d, ok := s.(debugger); ok && d.Debug() {
		c.note()
	}
}

// note is apart from BindNew to keep its array off the usual path.
//
//go:noinline
func (c *Core) note() {
	var pcs [depth]uintptr
	c.extend().site = slices.Clone(pcs[:runtime.Callers(3, pcs[:])])
}

// Site returns the stack of the call that made the future, as runtime.Callers
// gives it; nil if the loop is not in debug mode.
func (c *Core) Site() []uintptr {
	if c.more == nil {
		return nil
	}
	return c.more.site
}
