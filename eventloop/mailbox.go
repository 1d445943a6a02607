package eventloop

// What other goroutines leave for a loop.

import (
	"runtime"
	"sync/atomic"

	"github.com/goasyncio/asyncio/coro"
)

// mailbox is where posts wait for the loop: a queue with any number of writers and one
// reader, a list of chunks. A writer takes the next slot by one atomic addition. Whoever
// makes the mailbox have news has to wake the loop.
type mailbox struct {
	_      [64]byte // what others write is kept off the cache lines of what the loop reads
	news   atomic.Bool
	closed atomic.Bool
	_      [60]byte
	tail   atomic.Pointer[chunk] // where writers go on
	_      [56]byte

	head *chunk // where the loop goes on
	read int    // how many of its posts are taken
}

// chunkLen makes a chunk a kilobyte. One allocation for so many posts takes far less
// than one for each, and the loop and the collector walk over them in order.
const chunkLen = 31

type chunk struct {
	taken atomic.Int64 // how many slots are, by writers; more if some came too late
	next  atomic.Pointer[chunk]
	posts [chunkLen]post
}

// A post is a callback on its way to the loop. It is its own handle if somebody may
// cancel it.
type post struct {
	Handle
	full atomic.Bool
}

func (m *mailbox) init() {
	m.head = new(chunk)
	m.tail.Store(m.head)
}

// put adds r. If others are to know the handle it is shared.
func (m *mailbox) put(r coro.Runnable, shared bool) *Handle {
	for {
		c := m.tail.Load()
		if i := c.taken.Add(1) - 1; i < chunkLen {
			p := &c.posts[i]
			p.r, p.shared = r, shared
			p.full.Store(true)
			return &p.Handle
		}
		if c.next.Load() == nil {
			c.next.CompareAndSwap(nil, new(chunk))
		}
		m.tail.CompareAndSwap(c, c.next.Load())
	}
}

// mark says that there is news, and reports whether there was none.
func (m *mailbox) mark() (first bool) { return !m.news.Load() && !m.news.Swap(true) }

// any reports whether there is news.
func (m *mailbox) any() bool { return m.news.Load() }

// close drops what is in the mailbox and makes it take no more.
func (m *mailbox) close() {
	m.closed.Store(true)
	m.init()
}

// moveTo empties the mailbox, and adds the callbacks to r in the order in which they
// were posted.
func (m *mailbox) moveTo(r *ring) {
	// From here on there may be news again. A writer who has not seen this has taken
	// its slot before.
	m.news.Store(false)
	last := m.tail.Load()
	for {
		n := int(min(m.head.taken.Load(), chunkLen))
		for ; m.read < n; m.read++ {
			p := &m.head.posts[m.read]
			for !p.full.Load() {
				runtime.Gosched() // its writer is about to fill it
			}
			if p.shared {
				r.push(&p.Handle)
			} else {
				r.push(p.r)
				p.r = nil // the chunk may live longer
			}
		}
		if m.head == last {
			return
		}
		m.head, m.read = m.head.next.Load(), 0
	}
}

// post leaves r for the loop's goroutine.
func (l *Loop) post(r coro.Runnable, shared bool) (*Handle, error) {
	if l.mail.closed.Load() {
		return nil, ErrLoopClosed
	}
	h := l.mail.put(r, shared)
	l.nudge()
	return h, nil
}

// nudge makes the loop look at what other goroutines have left. Only the first
// of a batch needs to wake it.
func (l *Loop) nudge() {
	if l.mail.mark() {
		l.selector.Wake()
	}
}
