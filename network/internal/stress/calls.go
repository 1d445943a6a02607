package stress

// What is done to an end, and what may come of it.

import (
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/goasyncio/asyncio/network"
)

// at is the byte that an end with a key writes at an offset.
func at(key uint64, offset int) byte {
	x := (key + 1) * 0x9e3779b97f4a7c15 * uint64(offset/8+1)
	return byte(x >> (8 * (offset % 8)))
}

func (p *player) write(e *end) error {
	b := make([]byte, p.rng.IntN(5000))
	for i := range b {
		b[i] = at(e.key, e.wrote+i)
	}
	n, err := e.Write(b)
	p.say(e, "write", n, err)
	e.wrote += n
	switch {
	case n < 0 || n > len(b) || n > 0 && err != nil || n == 0 && err == nil && len(b) > 0:
		return fmt.Errorf("a write of %d bytes: %d, %v", len(b), n, err)
	case err == nil || err == network.ErrWouldBlock:
		if (e.closed || e.shut) && n > 0 {
			return fmt.Errorf("a write after the end has taken %d bytes", n)
		}
	case e.closed != errors.Is(err, net.ErrClosed):
		return fmt.Errorf("a write to a connection that is closed (%t): %v", e.closed, err)
	case !e.closed && !e.shut:
		return p.fail(e, err)
	}
	return nil
}

// fail takes note of an error that is not the fault of the caller.
func (p *player) fail(e *end, err error) error {
	if e.err = err; !e.torn && !e.peer.closed {
		return fmt.Errorf("end %d fails, and nobody has ended the connection: %v", e.key, err)
	}
	return nil
}

func (p *player) readSome(e *end) error {
	_, err := p.readOnce(e, p.rng.IntN(5000))
	return err
}

// readOnce reads, and compares.
func (p *player) readOnce(e *end, size int) (n int, err error) {
	b := make([]byte, size)
	n, err = e.Read(b)
	p.say(e, "read", n, err)
	for i, x := range b[:n] {
		if x != at(e.peer.key, e.read+i) {
			return n, fmt.Errorf("end %d reads another byte at %d than was written", e.key, e.read+i)
		}
	}
	e.read += n
	switch {
	case e.read > e.peer.wrote:
		return n, fmt.Errorf("end %d has read %d bytes, %d were written", e.key, e.read, e.peer.wrote)
	case n > 0 && err != nil || n == 0 && err == nil && size > 0:
		return n, fmt.Errorf("a read of %d bytes: %d, %v", size, n, err)
	case err == nil || err == network.ErrWouldBlock:
		if size > 0 && (e.closed || e.eof) {
			return n, fmt.Errorf("end %d reads on after the end: %d, %v", e.key, n, err)
		}
	case err == io.EOF:
		e.eof = true
		if e.read != e.peer.wrote || !e.peer.shut && !e.peer.closed {
			return n, fmt.Errorf("end %d has come to the end after %d bytes of %d", e.key, e.read, e.peer.wrote)
		}
	case e.closed:
		if !errors.Is(err, net.ErrClosed) {
			return n, fmt.Errorf("a read of a connection that is closed: %v", err)
		}
	default:
		return n, p.fail(e, err)
	}
	return n, nil
}
