package system

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/readiness"
	"github.com/goasyncio/asyncio/network"
)

// Portable returns a network over the connections of package net, with goroutines that
// wait in their place: the one for systems whose sockets a loop cannot watch. Any number
// of loops may use it.
//
// It differs in that a connection holds up to 32 KiB that have arrived and 64 KiB that
// are to be sent, besides the buffers of the system; each byte is copied once more, and
// comes by way of another goroutine. What a connection that is closed has still to send
// is sent for [DrainTimeout] at most, also if the loop is closed meanwhile, which waits
// for that. An error of a write shows at a later one; that of a datagram, at a
// ReadFrom. Backlog is left to the system.
func Portable() network.Network { return portable{newResolver()} }

// DrainTimeout is how long a [Portable] network goes on to send what was written to a
// connection before that was closed.
const DrainTimeout = 10 * time.Second

// portable implements [network.Network].
type portable struct{ resolver }

// portableHub is what the portable networks keep for a loop.
type portableHub struct {
	loop    *eventloop.Loop
	open    map[portableSocket]struct{} // of the loop's goroutine
	running sync.WaitGroup              // the goroutines
}

// A portableSocket is what must not outlive the loop.
type portableSocket interface{ loopClosed() }

// portableKey is what a loop has its hub under.
type portableKey struct{}

// portableEnter returns the hub of ctx, at the beginning of each call.
func portableEnter(ctx context.Context) (*portableHub, error) {
	if err := coro.Check(ctx); err != nil && err != coro.ErrNoTask {
		return nil, err
	}
	l := eventloop.FromContext(ctx)
	h, ok := l.Extension(portableKey{}, func() eventloop.Extension {
		return &portableHub{loop: l, open: make(map[portableSocket]struct{})}
	}).(*portableHub)
	if !ok {
		return nil, eventloop.ErrLoopClosed
	}
	return h, nil
}

// LoopClosed implements [eventloop.Extension].
func (h *portableHub) LoopClosed() {
	for s := range h.open {
		s.loopClosed()
	}
	clear(h.open)
	h.running.Wait()
}

// on sets a callback. As long as there is one, the loop is not deadlocked.
func (h *portableHub) on(c *readiness.Callback, r coro.Runnable) {
	switch was := c.On(r); {
	case !was && r != nil:
		h.loop.Expect()
	case was && r == nil:
		h.loop.Unexpect()
	}
}

// portableName returns the network of an address for package net, that of one family if
// it is an address of that.
func portableName(addr net.Addr, o network.Options) (name, address string, ok bool) {
	var ip net.IP
	switch a := addr.(type) {
	case *net.TCPAddr:
		ip = a.IP
	case *net.UDPAddr:
		ip = a.IP
	case *net.UnixAddr:
		if a.Net == "" {
			return "unix", a.Name, true
		}
		return a.Net, a.Name, a.Net == "unix" || a.Net == "unixgram"
	default:
		return "", "", false
	}
	switch {
	case ip.To4() != nil:
		name = "4"
	case ip != nil && o.IPv6Only != network.Off, o.IPv6Only == network.On:
		name = "6"
	}
	return addr.Network() + name, addr.String(), true
}

func portableUnsupported(op string, addr net.Addr) error {
	err := &net.OpError{Op: op, Net: "unknown", Err: errors.ErrUnsupported}
	if addr != nil {
		err.Net, err.Addr = addr.Network(), addr
	}
	return err
}

func portableClosed(op string, local, remote net.Addr) error {
	return &net.OpError{Op: op, Net: local.Network(), Source: local, Addr: remote, Err: net.ErrClosed}
}

// portableKeepAlive is the setting of package net for an option.
func portableKeepAlive(o network.Options) net.KeepAliveConfig {
	return net.KeepAliveConfig{Enable: o.KeepAlive, Idle: -1, Interval: -1, Count: -1}
}
