// Package nap parks one goroutine until another wakes it or a time has passed, on a
// channel and one timer.
package nap

import "time"

// A Nap is where a goroutine waits. Make one with [New].
type Nap struct {
	wake  chan struct{}
	timer *time.Timer // made by the first wait that needs one
}

// New returns a Nap.
func New() *Nap { return &Nap{wake: make(chan struct{}, 1)} }

// Wait returns true when Wake was called since the last Wait, and false when timeout
// has passed before that. A negative timeout has no end.
func (n *Nap) Wait(timeout time.Duration) bool {
	switch {
	case timeout < 0:
		<-n.wake
		return true
	case n.timer == nil:
		n.timer = time.NewTimer(timeout)
	default:
		n.timer.Reset(timeout)
	}
	select {
	case <-n.wake:
		n.timer.Stop()
		return true
	case <-n.timer.C:
		return false
	}
}

// Wake ends the current Wait, or the next. Any goroutine may call it.
func (n *Nap) Wake() {
	select {
	case n.wake <- struct{}{}:
	default: // it is awake, or will be
	}
}

// Woken takes back a Wake that has not ended a Wait, and reports whether there was one.
func (n *Nap) Woken() bool {
	select {
	case <-n.wake:
		return true
	default:
		return false
	}
}

// Stop lets go of the timer.
func (n *Nap) Stop() {
	if n.timer != nil {
		n.timer.Stop()
	}
}
