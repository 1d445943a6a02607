package streams

// Where a reader keeps what has not been read.

import "bytes"

// A buffer is bytes that are appended at the end and taken from the beginning. Its
// zero value is empty and has no memory.
//
// What comes when it is empty gets memory of just its size, which is given away with
// the bytes if all are read at once. So a reader that waits holds no memory, and a
// message is copied once.
type buffer struct {
	data  []byte
	start int // what stands before has been taken

	// lent says that the memory is that of a ReadInto, which waits: it must not
	// be given away, nor used when that has ended.
	lent bool
}

// keep is how much memory an empty buffer keeps to use again.
const keep = 4 << 10

func (b *buffer) len() int { return len(b.data) - b.start }

// bytes returns what is there. It is valid until the buffer changes.
func (b *buffer) bytes() []byte { return b.data[b.start:] }

// append adds a copy of p.
func (b *buffer) append(p []byte) {
	live := b.len()
	switch {
	case live == 0 && len(p) > cap(b.data):
		*b = buffer{data: bytes.Clone(p)}
		return
	case live == 0:
		b.data, b.start = b.data[:0], 0
	case cap(b.data)-len(b.data) < len(p) && b.start >= live && live+len(p) <= cap(b.data):
		// Each byte that is moved stands for one that was taken.
		copy(b.data, b.data[b.start:])
		b.data, b.start = b.data[:live], 0
	case cap(b.data)-len(b.data) < len(p):
		*b = buffer{data: append(make([]byte, 0, max(2*live, live+len(p))), b.bytes()...)}
	}
	b.data = append(b.data, p...)
}

// next takes the first n bytes, or what there is. They are valid until the buffer
// changes.
func (b *buffer) next(n int) []byte {
	p := b.bytes()
	p = p[:min(n, len(p))]
	b.start += len(p)
	return p
}

// take is next with bytes that belong to the caller.
func (b *buffer) take(n int) []byte {
	if p := b.bytes(); n >= len(p) && len(p) > cap(b.data)/2 && !b.lent {
		*b = buffer{}
		return p[:len(p):len(p)]
	}
	return bytes.Clone(b.next(n))
}

// trim gives back memory that an empty buffer does not need.
func (b *buffer) trim() {
	if b.len() == 0 && (b.lent || cap(b.data) > keep) {
		*b = buffer{}
	}
}

// lend makes n bytes at the beginning of p what is in the buffer, which is empty.
func (b *buffer) lend(p []byte, n int) { *b = buffer{data: p[:n:len(p)], lent: true} }

// reclaim ends the use of memory that was lent, if it is in use, and returns how many
// bytes are at its beginning. These are taken. If some have been taken already, or failed is
// set, it returns 0, and the buffer has a copy of what is left.
func (b *buffer) reclaim(failed bool) int {
	if !b.lent {
		return 0
	}
	left := *b
	*b = buffer{}
	if failed || left.start > 0 {
		b.append(left.bytes())
		return 0
	}
	return len(left.data)
}
