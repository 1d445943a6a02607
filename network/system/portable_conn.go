package system

import (
	"net"
	"sync"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/readiness"
	"github.com/goasyncio/asyncio/network"
)

// portableConn is a connection of package net. One goroutine reads ahead, from the
// first Read or OnReadable on; one writes, whenever there is something to write.
type portableConn struct {
	hub *portableHub
	c   net.Conn

	readable, writable readiness.Callback
	closed             bool
	in                 portableReader
	out                portableWriter
}

var (
	_ network.Conn          = (*portableConn)(nil)
	_ network.BuffersWriter = (*portableConn)(nil)
)

// newConn takes over a connection.
func (h *portableHub) newConn(c net.Conn, o network.Options) *portableConn {
	if t, ok := c.(*net.TCPConn); ok {
		t.SetNoDelay(!o.Delay)
	}
	p := &portableConn{hub: h, c: c}
	p.readable.Loop, p.writable.Loop = h.loop, h.loop
	p.in.p, p.out.p = p, p
	p.writable.Can(true)
	h.open[p] = struct{}{}
	return p
}

func (p *portableConn) Read(b []byte) (int, error) {
	if p.closed {
		return 0, portableClosed("read", p.LocalAddr(), p.RemoteAddr())
	}
	return p.in.read(b)
}

func (p *portableConn) Write(b []byte) (int, error) {
	if p.closed {
		return 0, portableClosed("write", p.LocalAddr(), p.RemoteAddr())
	}
	return p.out.write(b)
}

// WriteBuffers implements [network.BuffersWriter].
func (p *portableConn) WriteBuffers(bufs [][]byte) (int, error) {
	if p.closed {
		return 0, portableClosed("write", p.LocalAddr(), p.RemoteAddr())
	}
	return p.out.write(bufs...)
}

func (p *portableConn) CloseWrite() error {
	if p.closed {
		return portableClosed("close", p.LocalAddr(), p.RemoteAddr())
	}
	return p.out.closeWrite()
}

func (p *portableConn) Close() error {
	if p.leave() {
		p.out.close()
	}
	return nil
}

func (p *portableConn) Abort() error {
	if p.leave() {
		p.out.abort()
	}
	return nil
}

// loopClosed implements portableSocket. Who reads the other end must not take what was
// written so far for all of it.
func (p *portableConn) loopClosed() { p.Abort() }

// leave makes p closed, if it was not.
func (p *portableConn) leave() bool {
	if p.closed {
		return false
	}
	p.closed = true
	p.hub.on(&p.readable, nil)
	p.hub.on(&p.writable, nil)
	p.in.stop()
	delete(p.hub.open, p)
	return true
}

func (p *portableConn) OnReadable(r coro.Runnable) error {
	if p.closed {
		return portableClosed("read", p.LocalAddr(), p.RemoteAddr())
	}
	if r != nil {
		p.in.start()
	}
	p.hub.on(&p.readable, r)
	return nil
}

func (p *portableConn) OnWritable(r coro.Runnable) error {
	if p.closed {
		return portableClosed("write", p.LocalAddr(), p.RemoteAddr())
	}
	p.hub.on(&p.writable, r)
	return nil
}

func (p *portableConn) LocalAddr() net.Addr  { return p.c.LocalAddr() }
func (p *portableConn) RemoteAddr() net.Addr { return p.c.RemoteAddr() }

// portableChunk is how much a connection reads ahead at a time; it does so twice.
const portableChunk = 16 << 10

// A chunk is what a goroutine has read, with the error that ended it.
type chunk struct {
	data []byte
	err  error
}

// portableReader is the half of a connection that reads.
type portableReader struct {
	p       *portableConn
	started bool
	now     []byte        // what the loop reads from
	buf     []byte        // its buffer
	err     error         // after which there is nothing
	free    chan []byte   // buffers for the goroutine
	quit    chan struct{} // closed by stop

	mu      sync.Mutex
	arrived []chunk
	posted  bool
}

// start begins to read ahead.
func (r *portableReader) start() {
	if r.started {
		return
	}
	r.started = true
	r.free = make(chan []byte, 2)
	r.free <- nil
	r.free <- nil
	r.quit = make(chan struct{})
	r.p.hub.running.Go(r.run)
}

// run is the goroutine.
func (r *portableReader) run() {
	for {
		var buf []byte
		select {
		case buf = <-r.free:
		case <-r.quit:
			return
		}
		if buf == nil {
			buf = make([]byte, portableChunk)
		}
		n, err := r.p.c.Read(buf)
		r.mu.Lock()
		r.arrived = append(r.arrived, chunk{buf[:n], err})
		first := !r.posted
		r.posted = true
		r.mu.Unlock()
		if first {
			r.p.hub.loop.Post(r)
		}
		if err != nil {
			return
		}
	}
}

// Run is posted to the loop when something has arrived.
func (r *portableReader) Run() {
	r.mu.Lock()
	r.posted = false
	r.mu.Unlock()
	if !r.p.closed {
		r.p.readable.Can(r.fetch())
	}
}

// String names it in snapshots of the loop.
func (r *portableReader) String() string { return "arrival from " + r.p.RemoteAddr().String() }

// fetch makes the next chunk the current one if that has been read, and reports whether
// there is something to read.
func (r *portableReader) fetch() bool {
	for len(r.now) == 0 && r.err == nil {
		r.mu.Lock()
		if len(r.arrived) == 0 {
			r.mu.Unlock()
			return false
		}
		next := r.arrived[0]
		r.arrived = r.arrived[:copy(r.arrived, r.arrived[1:])]
		r.mu.Unlock()
		if r.buf != nil {
			r.free <- r.buf
		}
		r.now, r.err = next.data, next.err
		r.buf = next.data[:portableChunk]
	}
	return true
}

func (r *portableReader) read(b []byte) (int, error) {
	r.start()
	if len(b) == 0 {
		return 0, nil
	}
	if !r.fetch() {
		return 0, network.ErrWouldBlock
	}
	if len(r.now) == 0 {
		return 0, r.err // io.EOF is itself
	}
	n := copy(b, r.now)
	r.now = r.now[n:]
	r.p.readable.Can(r.fetch())
	return n, nil
}

// stop ends the goroutine.
func (r *portableReader) stop() {
	if r.started {
		close(r.quit)
		r.p.c.SetReadDeadline(time.Unix(1, 0))
	}
}
