package system

import (
	"errors"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/goasyncio/asyncio/network"
)

// portableRoom is how much a connection takes that the system has not taken yet.
const portableRoom = 64 << 10

// portableWriter is the half of a connection that writes.
type portableWriter struct {
	p *portableConn

	mu      sync.Mutex
	pending []byte // what no goroutine writes yet
	spare   []byte // a buffer to be used again
	flying  int    // what the goroutine writes now
	running bool   // there is a goroutine
	posted  bool
	err     error // of a write
	shut    bool  // to be shut when all is written
	closed  bool  // to be closed when all is written
}

// room is how many bytes a write could take.
func (w *portableWriter) room() int { return portableRoom - len(w.pending) - w.flying }

func (w *portableWriter) write(bufs ...[]byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return 0, w.err
	}
	if w.shut {
		return 0, &net.OpError{Op: "write", Net: w.p.LocalAddr().Network(), Source: w.p.LocalAddr(), Addr: w.p.RemoteAddr(), Err: syscall.EPIPE}
	}
	n, wanted := 0, 0
	for _, b := range bufs {
		k := min(len(b), w.room())
		w.pending = append(w.pending, b[:k]...)
		n += k
		wanted += len(b)
	}
	if n > 0 && !w.running {
		w.running = true
		w.p.hub.running.Go(w.run)
	}
	w.p.writable.Can(w.room() > 0)
	if n == 0 && wanted > 0 {
		return 0, network.ErrWouldBlock
	}
	return n, nil
}

// run is the goroutine: it writes what is pending, and ends when nothing is.
func (w *portableWriter) run() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.pending) > 0 && w.err == nil {
		buf := w.pending
		w.pending, w.spare = w.spare[:0], nil
		w.flying = len(buf)
		w.mu.Unlock()
		_, err := w.p.c.Write(buf)
		w.mu.Lock()
		w.flying = 0
		w.spare = buf[:0]
		if w.err == nil {
			w.err = err
		}
		if !w.posted {
			w.posted = true
			w.p.hub.loop.Post(w)
		}
	}
	w.running = false
	w.finish()
}

// Run is posted to the loop when there is room, or will never be.
func (w *portableWriter) Run() {
	w.mu.Lock()
	w.posted = false
	can := w.room() > 0 || w.err != nil || w.shut
	w.mu.Unlock()
	if !w.p.closed {
		w.p.writable.Can(can)
	}
}

// String names it in snapshots of the loop.
func (w *portableWriter) String() string { return "room to write to " + w.p.RemoteAddr().String() }

// finish does what was to be done when all is written. The lock is held.
func (w *portableWriter) finish() error {
	switch {
	case w.running:
	case w.closed && w.err != nil:
		portableReset(w.p.c) // what has arrived is not all of it
	case w.closed:
		return w.p.c.Close()
	case w.shut && w.err == nil:
		if c, ok := w.p.c.(interface{ CloseWrite() error }); ok {
			return c.CloseWrite()
		}
	}
	return nil
}

func (w *portableWriter) closeWrite() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shut {
		return nil
	}
	if _, ok := w.p.c.(interface{ CloseWrite() error }); !ok {
		return &net.OpError{Op: "close", Net: w.p.LocalAddr().Network(), Source: w.p.LocalAddr(), Addr: w.p.RemoteAddr(), Err: errors.ErrUnsupported}
	}
	w.shut = true
	w.p.writable.Can(true) // for an error
	return w.finish()
}

// close closes the connection, now if all is written.
func (w *portableWriter) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	if w.running {
		w.p.c.SetWriteDeadline(time.Now().Add(DrainTimeout))
	}
	w.finish()
}

// abort closes the connection at once.
func (w *portableWriter) abort() {
	portableReset(w.p.c)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = net.ErrClosed
	}
}

// portableReset closes a connection so that the other end sees a reset, if there is
// such a thing.
func portableReset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		t.SetLinger(0)
	}
	c.Close()
}
