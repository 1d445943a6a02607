package eventloop

import "github.com/goasyncio/asyncio/internal/goid"

// Debug reports whether the loop is in debug mode (asyncio: get_debug).
func (l *Loop) Debug() bool { return l.debug }

// checkGoroutine panics if the caller is neither on the loop's goroutine nor in
// one of its coroutines.
func (l *Loop) checkGoroutine() {
	if !l.running.Load() {
		return
	}
	if id := goid.Get(); id != l.owner.Load() && !l.tasks.Pool.Runs(id) {
		panic("asyncio: the event loop was used from another goroutine; post a function with CallSoonThreadsafe instead")
	}
}
