//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system

import (
	"context"
	"errors"
	"net"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
)

// New returns the network of the system. Any number of loops may use it.
func New() network.Network { return &system{systemCalls(), newResolver()} }

// system implements [network.Network].
type system struct {
	calls
	resolver
}

// enter returns the loop of ctx, or why its task cannot begin.
func enter(ctx context.Context) (*eventloop.Loop, error) {
	if err := coro.Check(ctx); err != nil && err != coro.ErrNoTask {
		return nil, err
	}
	return eventloop.FromContext(ctx), nil
}

// Dial implements [network.Network].
func (s *system) Dial(ctx context.Context, addr net.Addr, o network.Options) (network.Conn, error) {
	l, err := enter(ctx)
	if err != nil {
		return nil, err
	}
	if !isStream(addr) {
		return nil, unsupported("dial", addr)
	}
	return s.dial(ctx, l, addr, o)
}

// Listen implements [network.Network].
func (s *system) Listen(ctx context.Context, addr net.Addr, o network.Options) (network.Listener, error) {
	l, err := enter(ctx)
	if err != nil {
		return nil, err
	}
	if !isStream(addr) {
		return nil, unsupported("listen", addr)
	}
	return s.listenAt(l, addr, o)
}

// OpenPacket implements [network.Network].
func (s *system) OpenPacket(ctx context.Context, local, remote net.Addr, o network.Options) (network.PacketConn, error) {
	l, err := enter(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range []net.Addr{local, remote} {
		if a != nil && !isPacket(a) {
			return nil, unsupported("listen", a)
		}
	}
	if local == nil && remote == nil {
		return nil, &net.OpError{Op: "listen", Net: "udp", Err: &net.AddrError{Err: "neither a local nor a remote address"}}
	}
	return s.openPacket(l, local, remote, o)
}

// isStream reports whether an address is one for connections.
func isStream(addr net.Addr) bool {
	switch a := addr.(type) {
	case *net.TCPAddr:
		return a != nil
	case *net.UnixAddr:
		return a != nil && (a.Net == "unix" || a.Net == "")
	}
	return false
}

// isPacket reports whether an address is one for datagrams.
func isPacket(addr net.Addr) bool {
	switch a := addr.(type) {
	case *net.UDPAddr:
		return a != nil
	case *net.UnixAddr:
		return a != nil && (a.Net == "unixgram" || a.Net == "")
	}
	return false
}

func unsupported(op string, addr net.Addr) error {
	err := &net.OpError{Op: op, Net: "unknown", Err: errors.ErrUnsupported}
	if addr != nil {
		err.Net, err.Addr = addr.Network(), addr
	}
	return err
}
