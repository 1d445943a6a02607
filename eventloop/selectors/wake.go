package selectors

import "sync/atomic"

// A waker says whether somebody has called Wake, and whether what parks the selector
// has to be told. Most calls find that it is busy, and leave it at that.
type waker struct{ state atomic.Uint32 }

// The states of a waker.
const (
	busy    uint32 = iota
	parked         // in the system
	resting        // on a channel, see lookout
	woken
)

// wake returns in which state the selector was.
func (w *waker) wake() uint32 {
	if w.state.Load() == woken {
		return woken
	}
	return w.state.Swap(woken)
}

// park reports whether the selector may park: nobody has woken it.
func (w *waker) park() bool { return w.state.CompareAndSwap(busy, parked) }

// rest is park for a wait on a channel.
func (w *waker) rest() bool { return w.state.CompareAndSwap(busy, resting) }

// isWoken reports whether somebody has.
func (w *waker) isWoken() bool { return w.state.Load() == woken }

// unpark ends a Select, with the wake-up if there was one.
func (w *waker) unpark() {
	if w.state.Load() != busy {
		w.state.Store(busy)
	}
}
