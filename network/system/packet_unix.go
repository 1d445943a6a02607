//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system

import (
	"net"
	"os"
	"syscall"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
)

// A packetConn is a socket for datagrams.
type packetConn struct{ socket }

// openPacket opens a socket for datagrams.
func (s *system) openPacket(l *eventloop.Loop, local, remote net.Addr, o network.Options) (network.PacketConn, error) {
	p := &packetConn{socket{fd: -1}}
	if err := p.start(&s.calls, l, local, remote, o); err != nil {
		_ = p.close()
		op, addr := "dial", remote
		if remote == nil {
			op, addr = "listen", local
		}
		return nil, &net.OpError{Op: op, Net: addr.Network(), Source: local, Addr: addr, Err: err}
	}
	return p, nil
}

func (p *packetConn) start(sys *calls, l *eventloop.Loop, local, remote net.Addr, o network.Options) error {
	var near, far endpoint
	var err error
	if local != nil {
		if near, err = endpointOf(local); err != nil {
			return err
		}
	}
	if remote != nil {
		if far, err = endpointOf(remote); err != nil {
			return err
		}
		if far.any { // this machine, as in package net
			far, _ = ipEndpoint(net.IPv4(127, 0, 0, 1), far.port(), "")
		}
	}
	name := "udp"
	if near.family == syscall.AF_UNIX || far.family == syscall.AF_UNIX {
		name = "unixgram"
	}
	switch {
	case local == nil:
		err = p.open(sys, l, name, far.family, syscall.SOCK_DGRAM)
		if err == nil {
			err = p.control(o, remote)
		}
	default:
		if near.any && remote != nil && far.family == syscall.AF_INET {
			near = near.is4()
		}
		if remote != nil && near.family != far.family {
			return &net.AddrError{Err: "the local address is of another family than the remote one", Addr: local.String()}
		}
		err = p.bindAt(sys, l, name, syscall.SOCK_DGRAM, near, local, o, false)
	}
	if err != nil {
		return err
	}
	if o.Broadcast {
		if err := p.set(syscall.SOL_SOCKET, syscall.SO_BROADCAST, true); err != nil {
			return err
		}
	}
	if remote != nil {
		if err := p.sys.connect(p.fd, far.sa); err != nil {
			return os.NewSyscallError("connect", err)
		}
		p.remote = remote
		if a, ok := remote.(*net.UDPAddr); ok {
			p.remote = addrOf(name, far.sa)
			p.remote.(*net.UDPAddr).Zone = a.Zone
		}
	}
	p.findLocal()
	return nil
}

// ReadFrom implements [network.PacketConn].
func (p *packetConn) ReadFrom(b []byte) (int, net.Addr, error) {
	for tries := 0; ; {
		n, sa, err := p.sys.recvfrom(p.fd, b)
		switch {
		case err == nil && p.remote != nil:
			return n, p.remote, nil
		case err == nil:
			return n, addrOf(p.network, sa), nil
		case !again(err, &tries):
			return 0, nil, p.failed("read", "recvfrom", err)
		}
	}
}

// WriteTo implements [network.PacketConn].
func (p *packetConn) WriteTo(b []byte, addr net.Addr) error {
	var e endpoint
	switch {
	case p.fd < 0:
		return p.closed("write")
	case p.remote != nil:
		if addr != nil && addr.String() != p.remote.String() {
			return p.wrap("write", net.ErrWriteToConnected)
		}
	case addr == nil:
		return p.fail("write", "sendto", syscall.EDESTADDRREQ)
	default:
		var err error
		if e, err = p.target(addr); err != nil {
			return p.wrapTo(addr, err)
		}
	}
	for tries := 0; ; {
		var err error
		if e.sa == nil {
			_, err = p.sys.write(p.fd, b)
		} else {
			err = p.sys.sendto(p.fd, b, e.sa)
		}
		switch {
		case err == nil:
			return nil
		case again(err, &tries):
		case wouldBlock(err):
			return network.ErrWouldBlock
		case addr == nil:
			return p.fail("write", "write", err)
		default:
			return p.wrapTo(addr, os.NewSyscallError("sendto", err))
		}
	}
}

// target translates the address that something is to be sent to.
func (p *packetConn) target(addr net.Addr) (endpoint, error) {
	if !isPacket(addr) {
		return endpoint{}, &net.AddrError{Err: "unexpected address type", Addr: addr.String()}
	}
	e, err := endpointOf(addr)
	if err != nil {
		return e, err
	}
	if e.any {
		e, _ = ipEndpoint(net.IPv4(127, 0, 0, 1), e.port(), "")
	}
	if p.family == syscall.AF_INET6 {
		e = e.to6()
	}
	if e.family != p.family {
		return e, &net.AddrError{Err: "the address is of another family than the socket", Addr: addr.String()}
	}
	return e, nil
}

// wrapTo is wrap for an error that has to do with an address.
func (p *packetConn) wrapTo(addr net.Addr, err error) error {
	return &net.OpError{Op: "write", Net: p.network, Source: p.local, Addr: addr, Err: err}
}

// Close implements [network.PacketConn].
func (p *packetConn) Close() error { return p.close() }
