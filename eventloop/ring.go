package eventloop

import "github.com/goasyncio/asyncio/coro"

// ring is the ready queue (asyncio: _ready, a deque): a circular buffer whose
// length is a power of two. Its zero value is empty.
type ring struct {
	buf  []coro.Runnable
	head int // index of the oldest
	n    int
}

func (r *ring) push(x coro.Runnable) {
	if r.n == len(r.buf) {
		r.grow()
	}
	r.buf[(r.head+r.n)&(len(r.buf)-1)] = x
	r.n++
}

// pop removes the oldest. The ring must not be empty.
func (r *ring) pop() coro.Runnable {
	x := r.buf[r.head]
	r.buf[r.head] = nil
	r.head = (r.head + 1) & (len(r.buf) - 1)
	r.n--
	return x
}

// remove removes the i-th oldest and keeps the order of the others.
func (r *ring) remove(i int) coro.Runnable {
	mask := len(r.buf) - 1
	x := r.buf[(r.head+i)&mask]
	for ; i > 0; i-- {
		r.buf[(r.head+i)&mask] = r.buf[(r.head+i-1)&mask]
	}
	r.pop()
	return x
}

// grow doubles the buffer. It starts at 64, one kilobyte.
func (r *ring) grow() {
	buf := make([]coro.Runnable, max(64, 2*len(r.buf)))
	k := copy(buf, r.buf[r.head:])
	copy(buf[k:], r.buf[:r.head])
	r.buf, r.head = buf, 0
}
