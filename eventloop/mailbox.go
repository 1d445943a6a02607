package eventloop

// What other goroutines leave for a loop.

import (
	"sync/atomic"

	"github.com/goasyncio/asyncio/coro"
)

// mailbox is where posts wait for the loop: a stack that is pushed by one
// compare-and-swap and taken as a whole, which takes half the time of a slice under
// a mutex. Whoever pushes on an empty one has to wake the loop.
type mailbox struct {
	_    [64]byte // what others write is kept off the cache line of what the loop reads
	last atomic.Pointer[post]
	_    [56]byte

	poke  post        // stands in the mailbox when there is news but no callback
	poked atomic.Bool // it does
}

// A post is a callback on its way to the loop. It is its own handle if somebody may
// cancel it.
type post struct {
	Handle
	before *post // the one that was posted before
}

// shut is what a mailbox holds that takes no more.
var shut = new(post)

// put adds p. first reports whether the mailbox was empty, taken whether it is open.
func (m *mailbox) put(p *post) (first, taken bool) {
	for {
		last := m.last.Load()
		if last == shut {
			return false, false
		}
		p.before = last
		if m.last.CompareAndSwap(last, p) {
			return last == nil, true
		}
	}
}

// mark makes the mailbox not empty, and reports whether it was.
func (m *mailbox) mark() (first bool) {
	if m.poked.Swap(true) {
		return false
	}
	first, _ = m.put(&m.poke)
	return first
}

// any reports whether there is something in the mailbox.
func (m *mailbox) any() bool { return m.last.Load() != nil }

// close drops what is in the mailbox and makes it take no more.
func (m *mailbox) close() { m.last.Store(shut) }

// moveTo empties the mailbox, and adds the callbacks to r in the order in which they
// were posted.
func (m *mailbox) moveTo(r *ring) {
	var first *post
	for p := m.last.Swap(nil); p != nil; {
		before := p.before
		if p == &m.poke {
			// From here on it may be put again: what it was to tell is seen by
			// whoever looks after this.
			p.before = nil
			m.poked.Store(false)
		} else {
			p.before, first = first, p
		}
		p = before
	}
	for p := first; p != nil; {
		next := p.before
		p.before = nil
		if p.shared {
			r.push(&p.Handle)
		} else {
			r.push(p.r)
		}
		p = next
	}
}

// post leaves p for the loop's goroutine, and adds to the holds.
func (l *Loop) post(p *post, holds int64) error {
	first, taken := l.mail.put(p)
	if !taken {
		return ErrLoopClosed
	}
	if holds != 0 {
		// After the post, as the loop asks for the two in the other order. If it
		// has taken the post before this, it must look once more.
		l.holds.Add(holds)
		first = first || !l.mail.any()
	}
	if first {
		l.selector.Wake()
	}
	return nil
}

// nudge makes the loop look at what other goroutines have left. Only the first
// of a batch needs to wake it.
func (l *Loop) nudge() {
	if l.mail.mark() {
		l.selector.Wake()
	}
}

// newPost returns a post of r that nobody may cancel.
func newPost(r coro.Runnable) *post { return &post{Handle: Handle{r: r}} }
