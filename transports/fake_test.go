package transports_test

import (
	"context"
	"net"
	"syscall"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/tasks"
)

// A faulty is a network whose connections fail as the test says.
type faulty struct {
	network.Network
	wrap    func(c network.Conn) network.Conn // what is dialed; nil for nothing
	accepts []error                           // what Accept returns first
	opened  []*counted                        // every connection
	names   map[string][]string               // IP addresses of names
	dials   map[string]dialing                // what is special about an IP address
	log     func(format string, args ...any)  // of dials; nil for none
}

// A dialing takes its time, and fails if it has an error.
type dialing struct {
	takes time.Duration
	err   error
}

func newFaulty(opts ...memory.Option) *faulty { return &faulty{Network: memory.New(opts...)} }

// leaked counts the connections that are open.
func (n *faulty) leaked() int {
	left := 0
	for _, c := range n.opened {
		if !c.closed {
			left++
		}
	}
	return left
}

func (n *faulty) open(c network.Conn) network.Conn {
	k := &counted{Conn: c}
	n.opened = append(n.opened, k)
	if n.wrap != nil {
		return n.wrap(k)
	}
	return k
}

func (n *faulty) Dial(ctx context.Context, addr net.Addr, o network.Options) (network.Conn, error) {
	host, _, _ := net.SplitHostPort(addr.String())
	d := n.dials[host]
	n.note(ctx, "dial", host)
	err := tasks.Sleep(ctx, d.takes)
	if err == nil {
		err = d.err
	}
	var c network.Conn
	if err == nil {
		c, err = n.Network.Dial(ctx, addr, o)
	}
	n.note(ctx, describe(err), host)
	if err != nil {
		return nil, err
	}
	return n.open(c), nil
}

func (n *faulty) note(ctx context.Context, what, host string) {
	if n.log != nil {
		n.log("%v %s %s", looptest.Now(ctx), what, host)
	}
}

func (n *faulty) Resolve(ctx context.Context, netw, host, service string, passive bool) ([]net.Addr, error) {
	ips, ok := n.names[host]
	if !ok {
		return n.Network.Resolve(ctx, netw, host, service, passive)
	}
	var all []net.Addr
	for _, ip := range ips {
		addrs, err := n.Network.Resolve(ctx, netw, ip, service, passive)
		if err == nil {
			all = append(all, addrs...)
		}
	}
	return all, nil
}

func (n *faulty) Listen(ctx context.Context, addr net.Addr, o network.Options) (network.Listener, error) {
	l, err := n.Network.Listen(ctx, addr, o)
	if err != nil {
		return nil, err
	}
	return &faultyListener{l, n}, nil
}

type faultyListener struct {
	network.Listener
	n *faulty
}

func (l *faultyListener) Accept() (network.Conn, error) {
	if len(l.n.accepts) > 0 {
		err := l.n.accepts[0]
		l.n.accepts = l.n.accepts[1:]
		return nil, err
	}
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.n.open(c), nil
}

// counted knows whether it is closed.
type counted struct {
	network.Conn
	closed bool
}

func (c *counted) Close() error { c.closed = true; return c.Conn.Close() }
func (c *counted) Abort() error { c.closed = true; return c.Conn.Abort() }

// WriteBuffers makes it a BuffersWriter, as what it wraps is one.
func (c *counted) WriteBuffers(bufs [][]byte) (int, error) {
	return c.Conn.(network.BuffersWriter).WriteBuffers(bufs)
}

// scripted is a connection that takes as many bytes as it has room for, or fails.
type scripted struct {
	network.Conn
	room     int // of the next write
	writeErr error
	readErr  error
	shutErr  error
	watchErr error
	written  []byte
	writes   int
	writable coro.Runnable
	readable coro.Runnable
	watched  int // calls of OnReadable and OnWritable with a callback
	shut     int
	closed   []string
}

func (c *scripted) Read(p []byte) (int, error) {
	if c.readErr != nil {
		return 0, c.readErr
	}
	return 0, network.ErrWouldBlock
}

func (c *scripted) Write(p []byte) (int, error) {
	c.writes++
	n := min(c.room, len(p))
	if n == 0 {
		if c.writeErr != nil {
			return 0, c.writeErr
		}
		return 0, network.ErrWouldBlock
	}
	c.room -= n
	c.written = append(c.written, p[:n]...)
	return n, nil
}

func (c *scripted) CloseWrite() error { c.shut++; return c.shutErr }

func (c *scripted) OnReadable(r coro.Runnable) error {
	c.readable = r
	if r != nil {
		c.watched++
		return c.watchErr
	}
	return nil
}

func (c *scripted) OnWritable(r coro.Runnable) error {
	c.writable = r
	if r != nil {
		c.watched++
		return c.watchErr
	}
	return nil
}

func (c *scripted) Close() error { c.closed = append(c.closed, "close"); return nil }
func (c *scripted) Abort() error { c.closed = append(c.closed, "abort"); return nil }

func (c *scripted) LocalAddr() net.Addr  { return &net.UnixAddr{Name: "near"} }
func (c *scripted) RemoteAddr() net.Addr { return &net.UnixAddr{Name: "far"} }

// gathering is a scripted connection that can write several buffers at once.
type gathering struct {
	scripted
	parts []int // how many buffers each call was given
}

func (c *gathering) WriteBuffers(bufs [][]byte) (int, error) {
	c.parts = append(c.parts, len(bufs))
	n := 0
	for _, p := range bufs {
		k, err := c.Write(p)
		n += k
		if n == 0 && err != nil {
			return 0, err
		}
		if k < len(p) {
			break
		}
	}
	return n, nil
}

var errPipe = error(syscall.EPIPE)
