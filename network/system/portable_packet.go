package system

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/readiness"
	"github.com/goasyncio/asyncio/network"
)

// OpenPacket implements [network.Network].
func (portable) OpenPacket(ctx context.Context, local, remote net.Addr, o network.Options) (network.PacketConn, error) {
	h, err := portableEnter(ctx)
	if err != nil {
		return nil, err
	}
	addr := remote
	if addr == nil {
		addr = local
	}
	name, address, ok := portableName(addr, o)
	if _, isTCP := addr.(*net.TCPAddr); !ok || isTCP || name == "unix" {
		return nil, portableUnsupported("listen", addr)
	}
	var c any
	if remote == nil {
		config := net.ListenConfig{Control: portableControl(o)}
		c, err = config.ListenPacket(ctx, name, address)
	} else {
		dialer := net.Dialer{LocalAddr: local, Control: portableControl(o)}
		c, err = dialer.DialContext(context.WithoutCancel(ctx), name, address) // which does not wait
	}
	if err != nil {
		return nil, err
	}
	p := &portablePacket{hub: h, c: c.(portablePacketConn), remote: remote, free: make(chan []byte, 2), quit: make(chan struct{})}
	p.readable.Loop, p.writable.Loop = h.loop, h.loop
	p.free <- nil
	p.free <- nil
	p.writable.Can(true)
	h.open[p] = struct{}{}
	h.running.Go(p.read)
	return p, nil
}

// portablePacketConn is what the sockets of package net for datagrams have.
type portablePacketConn interface {
	net.PacketConn
	Write(b []byte) (int, error)
}

// A portableDatagram is what a goroutine has received, or is to send.
type portableDatagram struct {
	buf  []byte
	n    int
	addr net.Addr
	err  error
}

// portablePacket is a socket of package net for datagrams. One goroutine receives up
// to two datagrams ahead; one sends, whenever there is something to send.
type portablePacket struct {
	hub                *portableHub
	c                  portablePacketConn
	remote             net.Addr
	readable, writable readiness.Callback
	closed             bool
	free               chan []byte   // buffers for the goroutine that receives
	quit               chan struct{} // closed by Close

	mu      sync.Mutex
	arrived []portableDatagram
	failed  []error // of datagrams that were sent
	pending []portableDatagram
	size    int // of what is pending, or is being sent
	sending bool
	ending  bool // Close was called
}

// read is the goroutine that receives.
func (p *portablePacket) read() {
	for {
		var buf []byte
		select {
		case buf = <-p.free:
		case <-p.quit:
			return
		}
		if buf == nil {
			buf = make([]byte, 64<<10)
		}
		n, addr, err := p.c.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		p.mu.Lock()
		ending := p.ending
		p.arrived = append(p.arrived, portableDatagram{buf, n, addr, err})
		p.mu.Unlock()
		if ending {
			return
		}
		p.hub.loop.Post(p)
	}
}

// Run is posted to the loop when something has changed.
func (p *portablePacket) Run() {
	if p.closed {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.look()
}

// look sees what is possible. The lock is held.
func (p *portablePacket) look() {
	p.readable.Can(len(p.arrived) > 0 || len(p.failed) > 0)
	p.writable.Can(p.size < portableRoom)
}

// String names it in snapshots of the loop.
func (p *portablePacket) String() string { return "an event of " + p.LocalAddr().String() }

func (p *portablePacket) ReadFrom(b []byte) (int, net.Addr, error) {
	if p.closed {
		return 0, nil, portableClosed("read", p.LocalAddr(), p.remote)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.look()
	if len(p.failed) > 0 {
		err := p.failed[0]
		p.failed = p.failed[1:]
		return 0, nil, err
	}
	if len(p.arrived) == 0 {
		return 0, nil, network.ErrWouldBlock
	}
	d := p.arrived[0]
	p.arrived = p.arrived[:copy(p.arrived, p.arrived[1:])]
	n := copy(b, d.buf[:d.n])
	p.free <- d.buf
	return n, d.addr, d.err
}

func (p *portablePacket) WriteTo(b []byte, addr net.Addr) error {
	switch {
	case p.closed:
		return portableClosed("write", p.LocalAddr(), addr)
	case addr == nil && p.remote == nil:
		return &net.OpError{Op: "write", Net: p.LocalAddr().Network(), Source: p.LocalAddr(), Err: &net.AddrError{Err: "missing address"}}
	case addr != nil && addr.Network() != p.LocalAddr().Network():
		return portableUnsupported("write", addr)
	}
	if p.remote != nil && (addr == nil || addr.String() == p.remote.String()) {
		addr = nil // to whom it is connected
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.size >= portableRoom {
		return network.ErrWouldBlock
	}
	p.pending = append(p.pending, portableDatagram{buf: append([]byte(nil), b...), addr: addr})
	p.size += max(1, len(b))
	p.look()
	if !p.sending {
		p.sending = true
		p.hub.running.Go(p.send)
	}
	return nil
}

// send is the goroutine that sends what is pending, and ends when nothing is.
func (p *portablePacket) send() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.pending) > 0 {
		d := p.pending[0]
		p.pending = p.pending[:copy(p.pending, p.pending[1:])]
		p.mu.Unlock()
		var err error
		if d.addr == nil {
			_, err = p.c.Write(d.buf)
		} else {
			_, err = p.c.WriteTo(d.buf, d.addr)
		}
		p.mu.Lock()
		if err != nil && len(p.failed) < 16 {
			p.failed = append(p.failed, err)
		}
		full := p.size >= portableRoom
		if p.size -= max(1, len(d.buf)); err != nil || full {
			p.hub.loop.Post(p)
		}
	}
	p.sending = false
	if p.ending {
		p.c.Close()
	}
}

func (p *portablePacket) Close() error {
	if p.closed {
		return nil
	}
	p.closed = true
	close(p.quit)
	p.hub.on(&p.readable, nil)
	p.hub.on(&p.writable, nil)
	delete(p.hub.open, p)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ending = true
	if p.sending {
		p.c.SetWriteDeadline(time.Now().Add(DrainTimeout))
		p.c.SetReadDeadline(time.Unix(1, 0))
		return nil
	}
	return p.c.Close()
}

// loopClosed implements portableSocket.
func (p *portablePacket) loopClosed() { p.Close() }

func (p *portablePacket) OnReadable(r coro.Runnable) error {
	if p.closed {
		return portableClosed("read", p.LocalAddr(), p.remote)
	}
	p.hub.on(&p.readable, r)
	return nil
}

func (p *portablePacket) OnWritable(r coro.Runnable) error {
	if p.closed {
		return portableClosed("write", p.LocalAddr(), p.remote)
	}
	p.hub.on(&p.writable, r)
	return nil
}

func (p *portablePacket) LocalAddr() net.Addr  { return p.c.LocalAddr() }
func (p *portablePacket) RemoteAddr() net.Addr { return p.remote }
