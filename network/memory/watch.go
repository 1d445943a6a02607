package memory

import (
	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
)

// A watch makes a callback ready in each iteration in which a call could go on. It is
// the one that stands in the ready queue, so that it is there at most once, and nothing
// is allocated for an event.
type watch struct {
	loop   *eventloop.Loop
	r      coro.Runnable
	can    bool // the call could go on
	queued bool
}

// set says whether the call could go on.
func (w *watch) set(can bool) {
	w.can = can
	w.arm()
}

// on sets the callback.
func (w *watch) on(r coro.Runnable) {
	w.r = r
	w.arm()
}

func (w *watch) arm() {
	if w.can && w.r != nil && !w.queued {
		w.queued = true
		w.loop.Ready(w)
	}
}

// Run calls the callback, and comes again if the call can still go on then.
func (w *watch) Run() {
	defer w.again() // deferred as the callback may panic
	if w.can && w.r != nil {
		w.r.Run()
	}
}

// again is behind the callback, so that what that makes ready comes first, as it does
// when a selector looks once in an iteration.
func (w *watch) again() {
	w.queued = false
	w.arm()
}

// String names it in snapshots of the loop.
func (w *watch) String() string { return "an event of a network in memory" }
