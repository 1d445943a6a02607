package transports

// How a socket for datagrams comes to be, and what it tells of itself.

import (
	"context"
	"fmt"
	"net"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
	"github.com/goasyncio/asyncio/network"
)

// OpenDatagram opens a socket for datagrams and gives it to the protocol that factory
// makes (asyncio: create_datagram_endpoint). The networks are "udp", "udp4", "udp6" and
// "unixgram". One of local and remote may be empty: without local the socket has a
// free port of this machine, and without remote it sends to any address and receives
// from all. A host with several addresses is tried at one after the other.
//
// With network.Options.Broadcast, a remote address is where to send to, and anybody may
// answer.
//
// OpenDatagram panics if ctx has no loop, or factory is nil.
func OpenDatagram[P DatagramProtocol](ctx context.Context, factory func() P, network, local, remote string, opts ...Option) (DatagramTransport, P, error) {
	check(factory == nil, "OpenDatagram")
	var none P
	o := collect(opts)
	conn, to, err := openPacket(ctx, network, local, remote, &o)
	if err != nil {
		return nil, none, err
	}
	p, err := beginDatagrams(ctx, factory, conn, to, o.socket.Broadcast)
	if err != nil {
		return nil, none, err
	}
	return p.t, p.proto, nil
}

// openPacket opens the socket, and returns whom it sends to, nil for anybody.
func openPacket(ctx context.Context, netw, local, remote string, o *options) (network.PacketConn, net.Addr, error) {
	n, err := networkOf(loopOf(ctx))
	if err != nil {
		return nil, nil, err
	}
	pairs, err := addressPairs(ctx, n, netw, local, remote)
	if err != nil {
		return nil, nil, err
	}
	var first error
	for _, p := range pairs {
		to := p.remote
		if o.socket.Broadcast {
			to = nil // connected, it would not hear who answers
		}
		conn, err := n.OpenPacket(ctx, p.local, to, o.socket)
		switch {
		case err == nil:
			return conn, p.remote, nil
		case ended(ctx, err):
			return nil, nil, err
		case first == nil:
			first = err
		}
	}
	return nil, nil, first
}

// A pair is the two ends of a socket.
type pair struct{ local, remote net.Addr }

// addressPairs returns the pairs of addresses of one family, those of remote in their
// order.
func addressPairs(ctx context.Context, n network.Network, netw, local, remote string) ([]pair, error) {
	var locals, remotes []net.Addr
	var err error
	if local != "" {
		if locals, err = resolve(ctx, n, netw, local, true); err != nil {
			return nil, err
		}
	}
	if remote != "" {
		if remotes, err = resolve(ctx, n, netw, remote, false); err != nil {
			return nil, err
		}
	}
	var pairs []pair
	switch {
	case local == "" && remote == "":
		return nil, ErrNoAddress
	case local == "":
		for _, r := range remotes {
			pairs = append(pairs, pair{nil, r})
		}
	case remote == "":
		for _, l := range locals {
			pairs = append(pairs, pair{l, nil})
		}
	default:
		for _, r := range remotes {
			for _, l := range locals {
				if family(l) == family(r) {
					pairs = append(pairs, pair{l, r})
					break
				}
			}
		}
		if pairs == nil {
			return nil, &net.AddrError{Err: fmt.Sprintf("asyncio: no address of %s is of a family of", local), Addr: remote}
		}
	}
	return pairs, nil
}

// datagramsOf is a transport and its protocol.
type datagramsOf[P DatagramProtocol] struct {
	t     *datagrams
	proto P
}

// beginDatagrams makes a protocol and a transport over conn and waits until it is
// ready.
func beginDatagrams[P DatagramProtocol](ctx context.Context, factory func() P, conn network.PacketConn, remote net.Addr, bare bool) (r datagramsOf[P], err error) {
	l := loopOf(ctx)
	s := sharedOf(l)
	made := false
	defer func() {
		if !made {
			conn.Close()
		}
	}()
	if s == nil {
		return r, eventloop.ErrLoopClosed
	}
	r.proto = factory()
	t := &datagrams{loop: l, shared: s, conn: conn, proto: r.proto, remote: remote, bare: bare, ctx: l.Context(ctx)}
	r.t, made = t, true
	t.flow.setLimits(-1, -1)
	t.flow.setProtocol(t.proto)
	t.open.owner = t
	s.open.add(&t.open)
	t.waiter = &opening{t: t}
	t.waiter.Bind(l.Turn())
	l.Ready((*datagramsBegin)(t))
	if err := coro.Await(ctx, t.waiter); err != nil {
		t.Close()
		return r, err
	}
	return r, nil
}

// An opening is what a task waits for until ConnectionMade has been called.
type opening struct {
	future.Core
	t *datagrams
}

// String says what the task waits for.
func (w *opening) String() string { return w.t.String() + " to begin" }

// Explain implements [waits.Explainer].
func (w *opening) Explain() waits.Reason {
	return waits.Reason{Kind: "socket", Part: "begin of", Object: w.t, Detail: ends(w.t.LocalAddr(), w.t.RemoteAddr())}
}

// report implements [reporter].
func (t *datagrams) report(err error) { reportOn(t.loop, t.String(), err) }

// IsClosing implements [DatagramTransport].
func (t *datagrams) IsClosing() bool { return t.closing }

// SetWriteBufferLimits implements [DatagramTransport].
func (t *datagrams) SetWriteBufferLimits(high, low int) {
	t.flow.setLimits(high, low)
	t.flow.grown(t.size, t)
}

// WriteBufferLimits implements [DatagramTransport].
func (t *datagrams) WriteBufferLimits() (high, low int) { return t.flow.high, t.flow.low }

// WriteBufferSize implements [DatagramTransport].
func (t *datagrams) WriteBufferSize() int { return t.size }

// Protocol implements [DatagramTransport].
func (t *datagrams) Protocol() DatagramProtocol { return t.proto }

// Context implements [DatagramTransport].
func (t *datagrams) Context() context.Context { return t.ctx }

// LocalAddr implements [DatagramTransport].
func (t *datagrams) LocalAddr() net.Addr { return t.conn.LocalAddr() }

// RemoteAddr implements [DatagramTransport].
func (t *datagrams) RemoteAddr() net.Addr { return t.remote }

// Unwrap implements [DatagramTransport].
func (t *datagrams) Unwrap() any { return t.conn }

// String says which socket it is and what it is doing.
func (t *datagrams) String() string {
	text := "socket " + ends(t.LocalAddr(), t.remote)
	switch {
	case t.open.next == nil:
		text += " (closed)"
	case t.size > 0:
		text += fmt.Sprintf(" (%d datagrams to send)", len(t.queue)-t.first)
	case t.closing:
		text += " (closing)"
	}
	return text
}

// closeWithLoop implements [leftover].
func (t *datagrams) closeWithLoop() {
	t.closing = true
	t.lost++
	t.queue, t.first, t.size = nil, 0, 0
	t.conn.Close()
}

// unclosed implements [leftover].
func (t *datagrams) unclosed() bool { return !t.closing || t.size > 0 }
