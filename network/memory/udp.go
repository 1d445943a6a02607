package memory

import (
	"net"
	"net/netip"
	"slices"
	"syscall"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
)

// openUDP binds and connects p to its addresses.
func (p *packet) openUDP(o network.Options) (network.PacketConn, error) {
	err := p.bindUDP(o)
	if err != nil {
		return nil, failure("listen", p.local, either(p.local, p.remote), "bind", err.(syscall.Errno))
	}
	p.local = net.UDPAddrFromAddrPort(p.bound.addr)
	return p, nil
}

func (p *packet) bindUDP(o network.Options) error {
	s := &socket{takes: p}
	var err error
	if a, ok := p.local.(*net.UDPAddr); ok {
		if s, err = p.host.newSocket(a.IP, a.Port, o); err != nil {
			return err
		}
		s.takes = p
	}
	if a, ok := p.remote.(*net.UDPAddr); ok {
		p.peer = target(a.IP, a.Port)
		ip, err := p.host.source(s.addr.Addr(), p.peer.Addr())
		if err != nil {
			return err
		}
		s.addr = netip.AddrPortFrom(ip, s.addr.Port())
		p.remote = net.UDPAddrFromAddrPort(p.peer)
	}
	p.bound = s
	return p.host.packets.bind(s)
}

// wants implements receiver.
func (p *packet) wants(from netip.AddrPort) bool { return !p.peer.IsValid() || p.peer == from }

// A flight is a datagram on its way, or the news that nobody has taken it.
type flight struct {
	timer    eventloop.TimerHandle
	p        *packet // that has sent it
	from, to netip.AddrPort
	source   net.Addr
	data     []byte
	back     bool
}

// sendUDP sends a datagram, which may get lost.
func (p *packet) sendUDP(b []byte, addr *net.UDPAddr) error {
	f := &flight{p: p, to: target(addr.IP, addr.Port), data: slices.Clone(b)}
	local := p.bound.addr
	ip, err := p.host.source(local.Addr(), f.to.Addr())
	if err == nil && ip.Is4() != f.to.Addr().Is4() {
		err = syscall.EAFNOSUPPORT
	}
	if err != nil {
		return failure("write", p.local, addr, "sendto", err.(syscall.Errno))
	}
	f.from = netip.AddrPortFrom(ip, local.Port())
	f.source = p.local
	if f.from != local {
		f.source = net.UDPAddrFromAddrPort(f.from)
	}
	if !f.cut() {
		f.travel(f.source, addr)
	}
	return nil
}

func (f *flight) cut() bool { return f.p.n.cut(f.p.host, f.p.host.owner(f.to.Addr())) }

// travel goes on at the other end.
func (f *flight) travel(from, to net.Addr) {
	n := f.p.n
	if n.latency == nil {
		f.Run()
		return
	}
	n.loop.InitTimerLater(&f.timer, n.delay(from, to), f)
}

// Run is the arrival.
func (f *flight) Run() {
	if f.cut() {
		return
	}
	p := f.p
	if f.back {
		if !p.closed {
			p.err = syscall.ECONNREFUSED
			p.look()
		}
		return
	}
	if to, ok := p.host.owner(f.to.Addr()).packets.find(f.to, f.from).(*packet); ok {
		to.receive(f.source, f.data)
	} else if p.peer == f.to { // others are not told
		f.back, f.data = true, nil
		f.travel(p.remote, p.local)
	}
}

// String names the timer in snapshots of the loop.
func (f *flight) String() string { return "a datagram on its way to " + f.to.String() }
