package eventloop

// When a task resumes others on its own stack, see package coro.

import "github.com/goasyncio/asyncio/coro"

const (
	fewReady = 4  // callbacks, with which it is worth while
	maxShy   = 32 // iterations to wait after a try in vain
)

// lends reports whether the tasks of the iteration that begins may be hosts: when few
// take turns, and each iteration need not be seen to begin and to end.
func (l *Loop) lends() bool {
	if l.todo > fewReady || l.apart || l.debug {
		return false
	}
	if l.shy > 0 {
		l.shy--
		return false
	}
	return true
}

// hostable reports whether what is ready next is a task to be resumed, which may be
// done on any stack. A first step, which may need a new one, and callbacks are the
// loop's.
func (l *Loop) hostable() (coro.Stepper, bool) {
	if l.ready.n == 0 {
		return nil, false
	}
	s, ok := l.ready.buf[l.ready.head].(coro.Stepper)
	return s, ok && s.Suspended()
}

// hosting returns how a task suspends itself that may be the host.
func (l *Loop) hosting() func(a coro.Awaitable) bool {
	h := &l.tasks.Pool.Host
	return func(a coro.Awaitable) bool {
		// A task in its eager first step is its creator's to resume, not the loop's.
		if _, ok := l.hostable(); !ok || l.tasks.InEager() {
			l.shy = maxShy
			return h.Decline(a)
		}
		h.Accept()
		return l.host(a) || h.GiveBack()
	}
}

// host runs what is ready, as [Loop.runReady] does, after a step of the host has
// yielded a. It reports whether the host is next itself, and goes on.
func (l *Loop) host(a coro.Awaitable) bool {
	defer l.recovered()
	h := &l.tasks.Pool.Host
	l.lent.End(a)
	for {
		if l.todo == 0 && !l.goesOn() {
			return false
		}
		s, ok := l.hostable()
		if !ok {
			return false
		}
		l.todo--
		l.ready.pop()
		co, err := s.Begin()
		if h.Is(co) {
			h.Continue(err)
			return true
		}
		h.Invite(co)
		a := co.Resume(err)
		if h.Asked() {
			if a, ok = h.Attend(); !ok {
				return false
			}
		}
		h.Dismiss()
		s.End(a)
	}
}
