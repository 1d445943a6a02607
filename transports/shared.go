package transports

// What the connections of one loop share.

import (
	"context"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
)

// shared is what a loop keeps for its connections: memory that each needs only for
// a moment, and the list of those that are open.
type shared struct {
	loop   *eventloop.Loop
	open   node // the root of the ring of what is open, oldest first
	reads  readBuffer
	blocks blockPool
	system network.Network // made on first use

	records []byte // where TLS records are gathered, nil while they are
}

// A leftover is what must be closed when its loop is.
type leftover interface {
	// closeWithLoop closes it at once. No callback comes any more.
	closeWithLoop()

	// unclosed reports whether it should have been closed before.
	unclosed() bool

	String() string
}

// A node is a place in a ring. It has neighbours as long as it is in one.
type node struct {
	prev, next *node
	owner      leftover
}

// sharedKey is the key of the extension.
type sharedKey struct{}

// sharedOf returns what the connections of l share, nil if l is closed.
func sharedOf(l *eventloop.Loop) *shared {
	e := l.Extension(sharedKey{}, func() eventloop.Extension {
		s := &shared{loop: l}
		s.open.init()
		return s
	})
	s, _ := e.(*shared)
	return s
}

// LoopClosed implements [eventloop.Extension].
func (s *shared) LoopClosed() {
	for n := s.open.next; n != &s.open; n = s.open.next {
		if s.loop.Debug() && n.owner.unclosed() {
			s.loop.CallExceptionHandler(eventloop.Event{
				Reason: eventloop.ReasonUnclosed, Err: ErrUnclosed, Name: n.owner.String()})
		}
		n.remove()
		n.owner.closeWithLoop()
	}
	s.reads, s.blocks, s.records = readBuffer{}, blockPool{}, nil
}

// init makes n the root of an empty ring.
func (n *node) init() { n.prev, n.next = n, n }

// add puts m at the end of the ring whose root is n.
func (n *node) add(m *node) {
	m.prev, m.next = n.prev, n
	m.prev.next, n.prev = m, m
}

// remove takes n out of its ring, if it is in one.
func (n *node) remove() {
	if n.next == nil {
		return
	}
	n.prev.next, n.next.prev = n.next, n.prev
	n.prev, n.next = nil, nil
}

// The sizes of a [readBuffer]. The larger is asyncio's max_size.
const (
	minRead = 16 << 10
	maxRead = 256 << 10
)

// A readBuffer is where a connection stores what it reads until its protocol has
// seen it, which is within one callback. One serves a whole loop, so that a
// connection that is idle costs no buffer. It is as large as what is read needs.
type readBuffer struct {
	buf   []byte
	small int // how many reads in a row have used less than a quarter
}

// get returns the buffer, with room for n bytes at least.
func (b *readBuffer) get(n int) []byte {
	if len(b.buf) < n {
		b.buf = make([]byte, max(n, minRead))
	}
	return b.buf
}

// used is called when n bytes have been read, and nobody looks at them any more.
func (b *readBuffer) used(n int) {
	switch size := len(b.buf); {
	case n == size && size < maxRead:
		b.buf = make([]byte, 2*size)
	case n >= size/4:
		b.small = 0
	case size > minRead:
		if b.small++; b.small > 1000 {
			b.buf, b.small = make([]byte, size/2), 0
		}
	}
}

// loopOf returns the loop of ctx. It panics if there is none.
func loopOf(ctx context.Context) *eventloop.Loop {
	c, _ := coro.MustFromContext(ctx)
	return c.Driver().Scheduler().(*eventloop.Loop)
}
