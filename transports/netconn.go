package transports

// A connection for code that is written for package net.

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
)

// A NetConn is a net.Conn over a [Transport]: its Read and Write suspend the task that
// runs, and nothing else. So what takes a net.Conn, or a reader and a writer, works in
// tasks as it does in goroutines: bufio, net/textproto, http.ReadRequest,
// smtp.NewClient, crypto/tls. What starts goroutines of its own to read and write, as
// the client and the server of net/http do, does not.
//
// Read and Write are called by tasks of the loop; anywhere else they return
// [coro.ErrNoTask]. Several tasks may read and several write at once: each Write is
// sent in one piece. Close may be called from any goroutine, the other methods on
// that of the loop.
//
// A task that is cancelled gets the cancellation for the error of its Read or Write.
// Nothing is lost with a Read, and the connection, or a tls.Conn over it, can be read
// from again. Whatever else may end an await, a cancel scope or a ctx with a deadline,
// is known to what [NetConn.WithContext] returns.
//
// Deadlines are timers of the loop, as long as the time package says that it is until
// then. They end the wait with os.ErrDeadlineExceeded, as those of package net.
//
// A tls.Conn must not be used by two tasks before its handshake is over, nor written
// to by two tasks at once: one would wait for a lock of it that the other holds, and
// with it the loop. [WithTLS] and [StartTLS] have no such limits.
type NetConn struct {
	loop   *eventloop.Loop
	t      Transport
	reads  netSide
	writes netSide

	buf    bytes.Buffer // what has arrived and nobody has read
	paused bool         // the transport, as buf is full
	full   bool         // the transport holds too much
	busy   bool         // a task is in a Write
	eof    bool
	lost   bool
	err    error       // of ConnectionLost
	closed atomic.Bool // Close was called

	listener *NetListener // nil if it was not accepted
}

var _ net.Conn = (*NetConn)(nil)

// The sizes of what a NetConn keeps, and of what it writes at once.
const (
	netBuffer = 64 << 10
	netPiece  = 64 << 10
)

// DialNet connects to an address, as [Connect] does with the same options, for code
// that takes a net.Conn.
func DialNet(ctx context.Context, network, address string, opts ...Option) (*NetConn, error) {
	_, p, err := Connect(ctx, newNetProtocol, network, address, opts...)
	if err != nil {
		return nil, err
	}
	return (*NetConn)(p), nil
}

// NewNetConn returns a NetConn over a transport that is open, and resumes its reading.
// It takes the place of the transport's protocol, of which ConnectionLost will not be
// called.
func NewNetConn(t Transport) *NetConn {
	c := (*NetConn)(newNetProtocol())
	c.begin(t)
	if t.IsClosing() {
		c.lost = true
	}
	t.SetProtocol((*netProtocol)(c))
	t.ResumeReading()
	return c
}

// StartTLS makes a TLS connection of one that is open, as the function of that name does
// with the same options. No task may be in a Read. It returns an error, and leaves the
// connection alone, if something has arrived that was not read: it may belong to TLS.
func (c *NetConn) StartTLS(ctx context.Context, cfg *tls.Config, opts ...Option) error {
	if c.buf.Len() > 0 {
		return errUnread
	}
	t, err := StartTLS(ctx, c.t, (*netProtocol)(c), cfg, opts...)
	if err == nil {
		c.t = t
	}
	return err
}

var errUnread = errors.New("asyncio: StartTLS of a connection with data that was not read; read it first, and let the other end wait for an answer before it begins with TLS")

// Transport returns the transport below.
func (c *NetConn) Transport() Transport { return c.t }

// Read reads what is there, and suspends the running task until something is.
func (c *NetConn) Read(p []byte) (int, error) { return c.read(c.running(), p) }

func (c *NetConn) read(ctx context.Context, p []byte) (int, error) {
	if err := c.check("read", ctx); err != nil {
		return 0, err
	}
	for {
		switch err := c.reads.ended(); {
		case err != nil:
			return 0, c.failure("read", err)
		case len(p) == 0:
			return 0, nil
		case c.buf.Len() > 0:
			n, _ := c.buf.Read(p)
			c.taken()
			return n, nil
		case c.err != nil:
			return 0, c.failure("read", c.err)
		case c.eof || c.lost:
			return 0, io.EOF
		}
		if err := c.reads.wait(ctx); err != nil {
			return 0, c.failure("read", interrupted{err})
		}
	}
}

// taken is called when something was read.
func (c *NetConn) taken() {
	n := c.buf.Len()
	if n == 0 && c.buf.Cap() > netBuffer {
		c.buf = bytes.Buffer{} // the memory of a burst
	}
	if c.paused && n <= netBuffer/2 {
		c.paused = false
		c.t.ResumeReading()
	}
}

// Write sends p. It suspends the running task while the transport holds more than its
// high-water mark, and before that while another task is in a Write.
func (c *NetConn) Write(p []byte) (int, error) { return c.write(c.running(), p) }

func (c *NetConn) write(ctx context.Context, p []byte) (n int, err error) {
	if err := c.check("write", ctx); err != nil {
		return 0, err
	}
	for c.busy {
		if err := c.writes.wait(ctx); err != nil {
			return 0, c.failure("write", interrupted{err})
		}
	}
	c.busy = true
	defer func() {
		c.busy = false
		c.writes.wake()
	}()
	for {
		switch err := c.writes.ended(); {
		case err != nil:
			return n, c.failure("write", err)
		case c.err != nil:
			return n, c.failure("write", c.err)
		case c.lost:
			return n, c.failure("write", ErrClosing)
		case len(p) == 0:
			return n, nil
		case c.full:
			if err := c.writes.wait(ctx); err != nil {
				return n, c.failure("write", interrupted{err})
			}
			continue
		}
		k, err := c.t.Write(p[:min(len(p), netPiece)])
		if n, p = n+k, p[k:]; err != nil {
			return n, c.failure("write", err)
		}
		if len(p) == 0 {
			return n, nil // what the transport holds now is for the next Write to wait for
		}
	}
}

// CloseWrite tells the other end that nothing more will come, as that of a
// net.TCPConn does. TLS connections cannot do it.
func (c *NetConn) CloseWrite() error {
	if c.closed.Load() {
		return c.failure("close", net.ErrClosed)
	}
	return c.t.CloseWrite()
}

// Close closes the connection when what was written has been sent. Tasks that wait in
// a Read or Write get net.ErrClosed. Any goroutine may call it.
func (c *NetConn) Close() error {
	if c.closed.Swap(true) {
		return c.failure("close", net.ErrClosed)
	}
	c.loop.Post((*netClose)(c)) // fails on a closed loop, which has closed the connection
	return nil
}

// netClose is what Close does on the loop's goroutine.
type netClose NetConn

func (n *netClose) Run() {
	c := (*NetConn)(n)
	c.buf = bytes.Buffer{}
	c.end()
	c.t.Close()
}

func (n *netClose) String() string { return "Close of a NetConn" }

// end wakes everybody for the last time.
func (c *NetConn) end() {
	c.reads.end()
	c.writes.end()
}

func (c *NetConn) LocalAddr() net.Addr  { return c.t.LocalAddr() }
func (c *NetConn) RemoteAddr() net.Addr { return c.t.RemoteAddr() }

// SetDeadline implements net.Conn.
func (c *NetConn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// SetReadDeadline implements net.Conn.
func (c *NetConn) SetReadDeadline(t time.Time) error { return c.reads.setDeadline(t) }

// SetWriteDeadline implements net.Conn.
func (c *NetConn) SetWriteDeadline(t time.Time) error { return c.writes.setDeadline(t) }

// WithContext returns a net.Conn for the same connection whose Read and Write await
// with ctx, which belongs to the task that calls them: within a cancel scope, or with
// the deadline that ctx was derived with.
func (c *NetConn) WithContext(ctx context.Context) net.Conn {
	coro.MustFromContext(ctx)
	return &boundConn{c, ctx}
}

// boundConn is a NetConn with a ctx.
type boundConn struct {
	*NetConn
	ctx context.Context
}

func (c *boundConn) Read(p []byte) (int, error)  { return c.read(c.ctx, p) }
func (c *boundConn) Write(p []byte) (int, error) { return c.write(c.ctx, p) }
