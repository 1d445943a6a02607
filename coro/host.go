package coro

// A coroutine that resumes others on its own stack.

import "runtime"

// A Host is the coroutine of a [Pool] that resumes others on its own stack while it is
// suspended. Two that wait for each other by turns then take two switches of stacks for
// a turn of both, where by way of the loop it would be four: the host need not be
// resumed by a switch, but goes on when it finds itself next in line.
//
// It is for what steps coroutines, as a loop does, which calls Lend for one that it is
// about to resume. Only coroutines that the host has resumed are its guests. What must
// happen on the loop's own stack has it yield to the loop.
type Host struct {
	// Suspend is how a coroutine suspends itself that Lend was called for. It returns
	// true if it has made the coroutine go on, and otherwise what Decline or GiveBack
	// does.
	Suspend func(a Awaitable) bool

	w     *worker // that may be the host
	on    bool    // it is now
	guest *worker // that it has resumed; nil while it runs itself
	asks  ask
}

// An ask is what one coroutine leaves for another that it yields to, in place of
// something to wait for.
type ask uint8

const (
	nothing ask = iota
	toShow      // by a guest: the host is to show its stack
	toLeave     // by a guest: it has called runtime.Goexit, which is the loop's to hear of
	hosted      // by the host: what came of its own step is dealt with
)

// Lend makes c, which is suspended and about to be resumed by the loop, one that may
// be the host: it suspends itself next by a call of Suspend.
func (h *Host) Lend(c *Coroutine) {
	h.w = c.w
	c.w.yield = h.Suspend
}

// Is reports whether c is the coroutine that the last Lend was for.
func (h *Host) Is(c *Coroutine) bool { return c.w == h.w }

// Decline suspends the coroutine as any other.
func (h *Host) Decline(a Awaitable) bool {
	h.w.yield = h.w.back
	return h.w.back(a)
}

// Accept makes the coroutine the host.
func (h *Host) Accept() { h.on = true }

// Invite says that the host is about to resume c.
func (h *Host) Invite(c *Coroutine) { h.guest = c.w }

// Dismiss says that the host is on its own again.
func (h *Host) Dismiss() { h.guest = nil }

// Continue makes the coroutine go on, once Suspend returns true, as Throw does others.
func (h *Host) Continue(err error) {
	h.on = false
	c := h.w.c
	c.state = running
	c.err = err
}

// GiveBack makes the host yield to the loop, with nothing for that to do but Settle.
func (h *Host) GiveBack() bool {
	h.on = false
	if h.asks == nothing {
		h.asks = hosted
	}
	return h.Decline(nil)
}

// Asked reports whether the coroutine that was resumed has yielded because it asks for
// something: the loop calls Settle then, the host Attend.
func (h *Host) Asked() bool { return h.asks != nothing }

// Attend does what a guest asks the host for, and returns what the guest yields then.
// If that is for the loop to do, ok is false, and the host gives back.
//
//go:noinline
func (h *Host) Attend() (a Awaitable, ok bool) {
	for h.asks == toShow {
		h.asks = nothing
		h.w.found = runtime.Callers(2, h.w.pcs)
		a, _ = h.guest.next()
	}
	return a, h.asks == nothing
}

// Settle is for the loop, to which a host has given back.
func (h *Host) Settle() {
	was, guest := h.asks, h.guest
	h.asks, h.guest = nothing, nil
	if was == toLeave {
		guest.next() // takes the goroutine of the loop along
	}
}

// leave is called on the stack of a body that has called runtime.Goexit, which goes on
// to whoever has resumed it when leave returns: to the loop, not to a host.
func (w *worker) leave() {
	if p := w.pool; p != nil && p.Host.guest == w {
		p.Host.asks = toLeave
		w.back(nil)
	}
}

// show makes w, if it is the host, write where it is to w.pcs, and reports whether it
// is. It is called on the stack of a guest, or on the host's own.
func (h *Host) show(w *worker) bool {
	switch {
	case !h.on || h.w != w:
		return false
	case h.guest == nil:
		w.found = runtime.Callers(2, w.pcs)
	default:
		h.asks = toShow
		h.guest.back(nil)
	}
	return true
}
