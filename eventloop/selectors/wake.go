package selectors

import "sync/atomic"

// A waker says whether somebody has called Wake, and whether what parks the selector
// has to be told. Most calls find that it is busy, and leave it at that.
type waker struct{ state atomic.Uint32 }

// The states of a waker.
const (
	busy uint32 = iota
	parked
	woken
)

// wake reports whether the selector is parked and must be woken.
func (w *waker) wake() bool { return w.state.Load() != woken && w.state.Swap(woken) == parked }

// park reports whether the selector may park: nobody has woken it.
func (w *waker) park() bool { return w.state.CompareAndSwap(busy, parked) }

// isWoken reports whether somebody has.
func (w *waker) isWoken() bool { return w.state.Load() == woken }

// unpark ends a Select, with the wake-up if there was one.
func (w *waker) unpark() {
	if w.state.Load() != busy {
		w.state.Store(busy)
	}
}
