package transports

import (
	"bytes"

	"github.com/goasyncio/asyncio/network"
)

// A buffer holds what a connection could not take yet (asyncio: _buffer): copies,
// in blocks, so that many small writes share one, and nothing is moved when a part
// has been sent. Its zero value is empty and has no memory.
type buffer struct {
	blocks [][]byte
	first  int // the block that what is left begins in
	sent   int // of that block
	size   int // how many bytes are left
}

// blockSize is the room of a block that small writes share. What is larger gets a
// block of its own.
const blockSize = 16 << 10

// A blockPool keeps a few blocks for the next who needs one.
type blockPool struct{ free [][]byte }

// maxFree bounds the memory that a loop keeps for buffers that are empty.
const maxFree = 16

func (p *blockPool) get() []byte {
	if n := len(p.free); n > 0 {
		b := p.free[n-1]
		p.free = p.free[:n-1]
		return b
	}
	return make([]byte, 0, blockSize)
}

func (p *blockPool) put(b []byte) {
	if cap(b) == blockSize && len(p.free) < maxFree {
		p.free = append(p.free, b[:0])
	}
}

// add appends a copy of p.
func (b *buffer) add(pool *blockPool, p []byte) {
	b.size += len(p)
	if n := len(b.blocks); n > b.first {
		last := b.blocks[n-1]
		room := min(cap(last)-len(last), len(p))
		b.blocks[n-1] = append(last, p[:room]...)
		p = p[room:]
	}
	switch {
	case len(p) == 0:
	case len(p) >= blockSize:
		b.blocks = append(b.blocks, bytes.Clone(p))
	default:
		b.blocks = append(b.blocks, append(pool.get(), p...))
	}
}

// send writes what it can to a connection, and takes that off. many is the
// connection too, nil if it cannot write several blocks at once.
func (b *buffer) send(pool *blockPool, conn network.Conn, many network.BuffersWriter) error {
	left := b.blocks[b.first:]
	first := left[0]
	var n int
	var err error
	if many != nil && len(left) > 1 {
		left[0] = first[b.sent:]
		n, err = many.WriteBuffers(left)
		left[0] = first
	} else {
		n, err = conn.Write(first[b.sent:])
	}
	b.take(pool, n)
	return err
}

// take removes the first n bytes.
func (b *buffer) take(pool *blockPool, n int) {
	b.size -= n
	for n > 0 {
		block := b.blocks[b.first]
		left := len(block) - b.sent
		if n < left {
			b.sent += n
			return
		}
		n -= left
		pool.put(block)
		b.blocks[b.first] = nil
		b.first++
		b.sent = 0
	}
	switch left := len(b.blocks) - b.first; {
	case left == 0:
		b.blocks, b.first = b.blocks[:0], 0
		if cap(b.blocks) > maxFree {
			b.blocks = nil
		}
	case b.first > left:
		// Each that is moved stands for one that was removed.
		copy(b.blocks, b.blocks[b.first:])
		clear(b.blocks[left:])
		b.blocks, b.first = b.blocks[:left], 0
	}
}

// reset removes everything.
func (b *buffer) reset(pool *blockPool) {
	for _, block := range b.blocks[b.first:] {
		pool.put(block)
	}
	*b = buffer{}
}
