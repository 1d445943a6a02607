package memory

import (
	"context"
	"net"
	"net/netip"
	"syscall"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/readiness"
	"github.com/goasyncio/asyncio/network"
)

// A packet is a socket for datagrams.
type packet struct {
	n             *Network
	host          *host
	local, remote net.Addr

	bound *socket        // UDP
	peer  netip.AddrPort // of UDP, whom it is connected to; not valid if to nobody

	named   bool      // a unix socket with a path
	mate    *packet   // of a unix socket, whom it is connected to
	blocked []*packet // unix sockets that wait for room in this one

	queue []datagram // that nobody has read, oldest first
	bytes int        // in the queue, an empty one counted as one
	err   syscall.Errno

	readable, writable readiness.Callback
	closed             bool
}

// A datagram is what one call sends.
type datagram struct {
	from net.Addr
	data []byte
}

var _ network.PacketConn = (*packet)(nil)

// OpenPacket implements [network.Network].
func (n *Network) OpenPacket(ctx context.Context, local, remote net.Addr, o network.Options) (network.PacketConn, error) {
	h, err := n.enter(ctx)
	if err != nil {
		return nil, err
	}
	p := &packet{n: n, host: h, local: local, remote: remote}
	p.readable.Loop, p.writable.Loop = n.loop, n.loop
	p.writable.Can(true)
	switch a := either(local, remote).(type) {
	case *net.UDPAddr:
		return p.openUDP(o)
	case *net.UnixAddr:
		if a.Net == "unixgram" {
			return p.openUnix()
		}
	}
	return nil, unsupported("listen", either(local, remote))
}

// either returns the first that is not nil.
func either(a, b net.Addr) net.Addr {
	if a != nil {
		return a
	}
	return b
}

func (p *packet) ReadFrom(b []byte) (int, net.Addr, error) {
	switch {
	case p.closed:
		return 0, nil, closed("read", p.local, p.remote)
	case p.err != 0:
		return 0, nil, p.failed("read", "recvfrom", p.remote)
	case len(p.queue) == 0:
		return 0, nil, network.ErrWouldBlock
	}
	d := p.queue[0]
	p.queue[0] = datagram{}
	p.queue = p.queue[1:]
	p.bytes -= max(1, len(d.data))
	p.unblock()
	p.look()
	return copy(b, d.data), d.from, nil
}

// failed returns the error that an earlier datagram has led to, once.
func (p *packet) failed(op, call string, addr net.Addr) error {
	errno := p.err
	p.err = 0
	p.look()
	return failure(op, p.local, addr, call, errno)
}

func (p *packet) WriteTo(b []byte, addr net.Addr) error {
	switch {
	case p.closed:
		return closed("write", p.local, addr)
	case p.err != 0:
		return p.failed("write", "sendto", either(addr, p.remote))
	case addr == nil && p.remote == nil:
		return failure("write", p.local, p.local, "sendto", syscall.EDESTADDRREQ)
	case len(b) > maxDatagram:
		return failure("write", p.local, either(addr, p.remote), "sendto", syscall.EMSGSIZE)
	}
	switch a := either(addr, p.remote).(type) {
	case *net.UDPAddr:
		if p.bound != nil {
			return p.sendUDP(b, a)
		}
	case *net.UnixAddr:
		if p.bound == nil {
			return p.sendUnix(b, a, addr == nil)
		}
	}
	return unsupported("write", addr)
}

// maxDatagram is what UDP over IPv4 can carry.
const maxDatagram = 65507

// full reports whether there is no room for one more.
func (p *packet) full() bool { return p.bytes >= p.n.size() }

// receive is the arrival of a datagram.
func (p *packet) receive(from net.Addr, b []byte) {
	if p.full() {
		return // lost
	}
	p.queue = append(p.queue, datagram{from, b})
	p.bytes += max(1, len(b))
	p.look()
}

// look sees what has become possible.
func (p *packet) look() { p.readable.Can(len(p.queue) > 0 || p.err != 0) }

func (p *packet) Close() error {
	if p.closed {
		return nil
	}
	p.closed = true
	p.readable.On(nil)
	p.writable.On(nil)
	p.bound.free()
	if p.named {
		delete(p.host.paths, p.local.(*net.UnixAddr).Name)
	}
	p.unblock()
	p.queue = nil
	return nil
}

func (p *packet) OnReadable(r coro.Runnable) error {
	if p.closed {
		return closed("read", p.local, p.remote)
	}
	p.readable.On(r)
	return nil
}

func (p *packet) OnWritable(r coro.Runnable) error {
	if p.closed {
		return closed("write", p.local, p.remote)
	}
	p.writable.On(r)
	return nil
}

func (p *packet) LocalAddr() net.Addr  { return p.local }
func (p *packet) RemoteAddr() net.Addr { return p.remote }
