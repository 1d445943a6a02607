package memory

// ring is a queue of bytes whose room grows with need. Its zero value is empty.
type ring struct {
	buf  []byte // its length is a power of two
	head int    // index of the oldest
	n    int
}

func (r *ring) push(p []byte) {
	if r.n+len(p) > len(r.buf) {
		r.grow(r.n + len(p))
	}
	tail := (r.head + r.n) & (len(r.buf) - 1)
	k := copy(r.buf[tail:], p)
	copy(r.buf, p[k:])
	r.n += len(p)
}

// pop takes the len(p) oldest, which must be there.
func (r *ring) pop(p []byte) {
	k := copy(p, r.buf[r.head:])
	copy(p[k:], r.buf)
	r.drop(len(p))
}

// drop forgets the k oldest, which must be there.
func (r *ring) drop(k int) {
	if r.n -= k; r.n == 0 {
		r.head = 0
		return
	}
	r.head = (r.head + k) & (len(r.buf) - 1)
}

func (r *ring) grow(need int) {
	size := max(1<<10, len(r.buf))
	for size < need {
		size *= 2
	}
	buf := make([]byte, size)
	k := copy(buf[:r.n], r.buf[r.head:])
	copy(buf[k:r.n], r.buf)
	r.buf, r.head = buf, 0
}
