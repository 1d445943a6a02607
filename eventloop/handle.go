package eventloop

import (
	"sync/atomic"
	"time"

	"github.com/goasyncio/asyncio/coro"
)

// A Handle is a callback on its way (asyncio: Handle). Its methods are for the
// loop's goroutine, but those of a handle that came from
// [Loop.CallSoonThreadsafe] may be called from any.
type Handle struct {
	r      coro.Runnable
	state  uint32 // atomic if shared
	shared bool   // known to other goroutines
}

// The states of a Handle.
const (
	waiting uint32 = iota
	cancelled
	refused // by a closed loop
	started
)

// Cancel keeps the callback from running. It does nothing to one that has run.
func (h *Handle) Cancel() {
	if !h.shared {
		if h.state == refused {
			return
		}
		h.state = cancelled
		h.r = nil // what it would have called need not live until then
		return
	}
	atomic.CompareAndSwapUint32(&h.state, waiting, cancelled)
}

// Cancelled reports whether Cancel was called.
func (h *Handle) Cancelled() bool {
	s := atomic.LoadUint32(&h.state)
	return s == cancelled || s == refused
}

// Err returns [ErrLoopClosed] if the handle was cancelled because its loop is
// closed, else nil.
func (h *Handle) Err() error {
	if atomic.LoadUint32(&h.state) == refused {
		return ErrLoopClosed
	}
	return nil
}

// Run calls the callback if the handle is not cancelled. The loop calls it.
func (h *Handle) Run() {
	if h.shared {
		// Once it has begun to run, Cancel is too late on every goroutine.
		begun := atomic.CompareAndSwapUint32(&h.state, waiting, started)
		r := h.r
		h.r = nil // the chunk of a mailbox may live longer
		if begun {
			r.Run()
		}
		return
	}
	if h.state != cancelled {
		h.r.Run()
	}
}

// A TimerHandle is a callback that is due at a time (asyncio: TimerHandle).
type TimerHandle struct {
	Handle
	when time.Duration
	heap *timerHeap // that it is in, nil for none
}

// When returns the time of the loop's clock at which the callback is due.
func (h *TimerHandle) When() time.Duration { return h.when }

// Cancel keeps the callback from running.
func (h *TimerHandle) Cancel() {
	if h.Cancelled() {
		return
	}
	h.Handle.Cancel()
	if h.heap != nil {
		h.heap.noteCancelled()
	}
}

// runFunc is a function as a Runnable. A func value is a pointer: no allocation.
type runFunc func()

func (f runFunc) Run() { f() }
