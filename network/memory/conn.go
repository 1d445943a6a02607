package memory

import (
	"io"
	"net"
	"syscall"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/readiness"
	"github.com/goasyncio/asyncio/network"
)

// A conn is one end of a connection.
type conn struct {
	n             *Network
	host          *host
	local, remote net.Addr
	in, out       *flow
	bound         *socket // the local port, nil if it is the listener's

	readable, writable readiness.Callback

	err    syscall.Errno // the connection was broken
	told   bool          // Write has said so
	shut   bool          // CloseWrite
	gone   bool          // the other end of a unix socket is closed
	closed bool
}

var (
	_ network.Conn          = (*conn)(nil)
	_ network.BuffersWriter = (*conn)(nil)
)

// join makes the two ends of a connection.
func (n *Network) join(from, to *host, local, remote net.Addr) (near, far *conn) {
	near = &conn{n: n, host: from, local: local, remote: remote}
	far = &conn{n: n, host: to, local: remote, remote: local}
	near.out = &flow{n: n, from: near, to: far}
	far.out = &flow{n: n, from: far, to: near}
	near.in, far.in = far.out, near.out
	for _, c := range []*conn{near, far} {
		c.readable.Loop, c.writable.Loop = n.loop, n.loop
		c.look()
	}
	return near, far
}

// look sees what has become possible.
func (c *conn) look() {
	c.readable.Can(c.in.arrived > 0 || c.in.eof || c.err != 0)
	c.writable.Can(c.out.room() > 0 || c.err != 0 || c.shut || c.gone)
}

func (c *conn) Read(p []byte) (int, error) {
	switch {
	case c.closed:
		return 0, closed("read", c.local, c.remote)
	case len(p) == 0:
		return 0, nil
	case c.in.arrived > 0:
		k := min(len(p), c.in.arrived)
		c.in.bytes.pop(p[:k])
		c.in.arrived -= k
		c.look()
		c.in.from.look()
		return k, nil
	case c.in.eof:
		return 0, io.EOF
	case c.err != 0:
		return 0, failure("read", c.local, c.remote, "read", c.err)
	}
	return 0, network.ErrWouldBlock
}

func (c *conn) Write(p []byte) (int, error) {
	if err := c.broken(); err != nil {
		return 0, err
	}
	if len(p) == 0 {
		return 0, nil
	}
	k := min(len(p), c.out.room())
	if k == 0 {
		return 0, network.ErrWouldBlock
	}
	c.out.bytes.push(p[:k])
	c.out.send(data, k)
	c.look()
	return k, nil
}

// WriteBuffers implements [network.BuffersWriter].
func (c *conn) WriteBuffers(bufs [][]byte) (int, error) {
	n := 0
	for _, p := range bufs {
		k, err := c.Write(p)
		n += k
		if n > 0 && err != nil {
			break // which the next call says
		}
		if err != nil {
			return 0, err
		}
		if k < len(p) {
			break
		}
	}
	return n, nil
}

// broken says why nothing can be written.
func (c *conn) broken() error {
	errno := c.err
	switch {
	case c.closed:
		return closed("write", c.local, c.remote)
	case errno != 0 && !c.told:
		c.told = true
	case errno != 0, c.shut, c.gone:
		errno = syscall.EPIPE
	default:
		return nil
	}
	return failure("write", c.local, c.remote, "write", errno)
}

func (c *conn) CloseWrite() error {
	switch {
	case c.closed:
		return closed("close", c.local, c.remote)
	case c.err != 0:
		return failure("close", c.local, c.remote, "shutdown", syscall.ENOTCONN)
	case c.shut:
		return nil
	}
	c.shut = true
	c.out.send(end, 0)
	c.look()
	return nil
}

func (c *conn) Close() error {
	if c.closed {
		return nil
	}
	unread := c.in.arrived > 0
	c.leave()
	if c.err != 0 {
		return nil
	}
	if c.local.Network() == "unix" {
		c.out.to.gone = true
	}
	if unread {
		c.out.send(reset, 0)
	} else if !c.shut {
		c.out.send(end, 0)
	}
	c.out.to.look()
	return nil
}

func (c *conn) Abort() error {
	if c.closed || c.local.Network() == "unix" {
		return c.Close() // unix sockets have nothing else
	}
	c.leave()
	if c.err == 0 {
		c.out.lose()
		c.out.send(reset, 0)
	}
	return nil
}

// leave makes c closed.
func (c *conn) leave() {
	c.closed = true
	c.readable.On(nil)
	c.writable.On(nil)
	c.in.bytes.drop(c.in.arrived)
	c.in.arrived = 0
	c.bound.free()
	c.in.from.look()
}

// fail breaks the connection at this end.
func (c *conn) fail(errno syscall.Errno) {
	if c.closed || c.err != 0 {
		return
	}
	c.err = errno
	c.out.lose()
	c.look()
}

func (c *conn) OnReadable(r coro.Runnable) error {
	if c.closed {
		return closed("read", c.local, c.remote)
	}
	c.readable.On(r)
	return nil
}

func (c *conn) OnWritable(r coro.Runnable) error {
	if c.closed {
		return closed("write", c.local, c.remote)
	}
	c.writable.On(r)
	return nil
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }
