package coro

// A host is a coroutine that resumes others on its own stack while it is suspended.
// Two that wait for each other by turns then take two switches of stacks for a turn of
// both, where by way of the loop it would be four: the host need not be resumed by a
// switch, but goes on when it finds itself next in line.
//
// There is one host at most, which the loop has resumed, and only those that it has
// resumed are its guests. What must happen on the loop's own stack has it yield to
// the loop.

import "runtime"

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
// be a host: it suspends itself next by a call of [Pool.Host].
func (c *Coroutine) Lend() {
	p := c.pool
	p.host = c.w
	c.w.yield = p.Host
}

// IsHost reports whether c is the coroutine that the last Lend was for.
func (p *Pool) IsHost(c *Coroutine) bool { return c.w == p.host }

// Decline is what [Pool.Host] calls, and returns, if it does not make use of the host.
func (p *Pool) Decline(a Awaitable) bool {
	w := p.host
	w.yield = w.back
	return w.back(a)
}

// Accept is what [Pool.Host] calls before it makes use of the host.
func (p *Pool) Accept() { p.hosts = true }

// Invite says that the host is about to resume c.
func (c *Coroutine) Invite() { c.pool.guest = c.w }

// Dismiss says that the host is on its own again.
func (p *Pool) Dismiss() { p.guest = nil }

// Continue makes the host go on, once its call of [Pool.Host] returns true, as Throw
// does other coroutines.
func (c *Coroutine) Continue(err error) {
	c.pool.hosts = false
	c.state = running
	c.err = err
}

// GiveBack makes the host yield to the loop, with nothing for that to do but
// [Pool.Settle]. [Pool.Host] returns its result.
func (p *Pool) GiveBack() bool {
	p.hosts = false
	if p.asks == nothing {
		p.asks = hosted
	}
	return p.Decline(nil)
}

// Asked reports whether the coroutine that was resumed has yielded because it asks for
// something: the loop calls [Pool.Settle] then, a host [Pool.Attend].
func (p *Pool) Asked() bool { return p.asks != nothing }

// Attend does what a guest asks the host for, and returns what the guest yields then.
// If that is for the loop to do, ok is false, and the host gives back.
//
//go:noinline
func (p *Pool) Attend() (a Awaitable, ok bool) {
	for p.asks == toShow {
		p.asks = nothing
		p.host.found = runtime.Callers(2, p.host.pcs)
		a, _ = p.guest.next()
	}
	return a, p.asks == nothing
}

// Settle is for the loop, to which a host has given back.
func (p *Pool) Settle() {
	was, guest := p.asks, p.guest
	p.asks, p.guest = nothing, nil
	if was == toLeave {
		guest.next() // takes the goroutine of the loop along
	}
}

// leave is called on the stack of a body that has called runtime.Goexit, which goes on
// to whoever has resumed it when leave returns: to the loop, not to a host.
func (w *worker) leave() {
	if p := w.pool; p != nil && p.guest == w {
		p.asks = toLeave
		w.back(nil)
	}
}

// showHost makes w, if it is the host, write where it is to w.pcs, and reports whether
// it is. It is called on the stack of a guest, or on the host's own.
func (p *Pool) showHost(w *worker) bool {
	switch {
	case p == nil || !p.hosts || p.host != w:
		return false
	case p.guest == nil:
		w.found = runtime.Callers(2, w.pcs)
	default:
		p.asks = toShow
		p.guest.back(nil)
	}
	return true
}
