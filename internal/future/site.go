package future

import (
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/goasyncio/asyncio/coro"
)

// depth is how many calls a site has at most.
const depth = 32

// debugging counts the loops in debug mode. As long as there is none, a future that
// is made need not ask its loop, which would take a fifth of the time.
var debugging atomic.Int32

// Debugging says that there is one more loop in debug mode, or with -1 one less.
func Debugging(n int32) { debugging.Add(n) }

// BindNew is Bind for a future that is being made for a user: in debug mode it
// notes where (asyncio: source_traceback).
func (c *Core) BindNew(t *coro.Turn) {
	c.Bind(t)
	if debugging.Load() > 0 {
		c.note(t.Scheduler)
	}
}

// note is apart from BindNew to keep its array off the usual path.
//
//go:noinline
func (c *Core) note(s coro.Scheduler) {
	if d, ok := s.(interface{ Debug() bool }); !ok || !d.Debug() {
		return
	}
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
