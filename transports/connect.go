package transports

// How a connection to somewhere comes to be.

import (
	"context"
	"crypto/tls"
	"net"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
	"github.com/goasyncio/asyncio/network"
)

// Connect connects to an address and gives the connection to the protocol that
// factory makes (asyncio: create_connection, create_unix_connection). It returns
// when ConnectionMade has been called, and with TLS when the handshake is over.
//
// The networks and addresses are those of net.Dial for streams: "tcp", "tcp4",
// "tcp6" with a host and port, "unix" with a path. The addresses of the host are
// tried one after the other, see [WithHappyEyeballs] and [ConnectError]. When Connect
// fails or is cancelled, nothing is left of the connection.
//
//	t, p, err := transports.Connect(ctx, newClient, "tcp", "example.com:7")
//
// The transport's ctx has the values of ctx. Connect panics if ctx has no loop, or if
// factory is nil or returns what is no protocol.
func Connect[P BaseProtocol](ctx context.Context, factory func() P, network, address string, opts ...Option) (Transport, P, error) {
	check(factory == nil, "Connect")
	o := collect(opts)
	conn, err := dial(ctx, network, address, &o)
	if err != nil {
		var none P
		return nil, none, err
	}
	if o.tls != nil {
		o.tls = withServerName(o.tls, network, address)
	}
	return begin(ctx, factory, conn, &o, false)
}

// ConnectConn is [Connect] for a connection that is there already (asyncio:
// create_connection with sock). It takes charge of conn: if it fails, conn is closed.
func ConnectConn[P BaseProtocol](ctx context.Context, factory func() P, conn network.Conn, opts ...Option) (Transport, P, error) {
	check(factory == nil, "ConnectConn")
	o := collect(opts)
	return begin(ctx, factory, conn, &o, false)
}

// ConnectAccepted is [ConnectConn] for a connection that was accepted elsewhere: with
// TLS this end is the server (asyncio: connect_accepted_socket).
func ConnectAccepted[P BaseProtocol](ctx context.Context, factory func() P, conn network.Conn, opts ...Option) (Transport, P, error) {
	check(factory == nil, "ConnectAccepted")
	o := collect(opts)
	return begin(ctx, factory, conn, &o, true)
}

func check(noFactory bool, function string) {
	if noFactory {
		panic("asyncio: " + function + " with a nil factory of protocols")
	}
}

// begin makes a protocol and a transport over conn (asyncio:
// _create_connection_transport).
func begin[P BaseProtocol](ctx context.Context, factory func() P, conn network.Conn, o *options, server bool) (Transport, P, error) {
	var none P
	if conn == nil {
		panic("asyncio: a transport over a nil connection")
	}
	p := makeProtocol(factory, conn)
	l := loopOf(ctx)
	t, err := establish(ctx, l.Context(ctx), conn, p, nil, o, server)
	if err != nil {
		return nil, none, err
	}
	return t, p, nil
}

// makeProtocol calls factory. If that panics, conn is closed.
func makeProtocol[P BaseProtocol](factory func() P, conn network.Conn) (p P) {
	made := false
	defer func() {
		if !made {
			conn.Close()
		}
	}()
	p = factory()
	checkProtocol(p)
	made = true
	return p
}

// establish makes a transport for p over conn and waits until it is ready. ctx is
// the task's, own is to be the transport's.
func establish(ctx, own context.Context, conn network.Conn, p BaseProtocol, s *Server, o *options, server bool) (Transport, error) {
	l := loopOf(ctx)
	first := p
	if o.tls != nil {
		first = idle{}
	}
	w := new(connecting)
	w.Bind(l.Turn())
	t, err := newSocket(own, l, conn, first, w, s)
	if err != nil {
		return nil, err
	}
	w.t = t
	if o.tls != nil {
		t.PauseReading()
	}
	if err := coro.Await(ctx, w); err != nil {
		t.Close()
		return nil, err
	}
	if o.tls == nil {
		return t, nil
	}
	return startTLS(ctx, t, p, secure{config: o.tls, server: server, handshake: o.handshake, shutdown: o.shutdown})
}

// A connecting is what a task waits for until ConnectionMade has been called.
type connecting struct {
	future.Core
	t *socket
}

// String says what the task waits for.
func (w *connecting) String() string { return w.t.String() + " to begin" }

// Explain implements [waits.Explainer].
func (w *connecting) Explain() waits.Reason {
	return waits.Reason{Kind: "connection", Part: "begin of", Object: w.t, Detail: ends(w.t.LocalAddr(), w.t.RemoteAddr())}
}

// withServerName says whose certificate is expected, if cfg does not.
func withServerName(cfg *tls.Config, network, address string) *tls.Config {
	host, _, err := net.SplitHostPort(address)
	if cfg.ServerName != "" || cfg.InsecureSkipVerify || err != nil {
		return cfg
	}
	cfg = cfg.Clone()
	cfg.ServerName = host
	return cfg
}

// idle is the protocol of a connection that has no other yet.
type idle struct{}

func (idle) ConnectionMade(Transport) {}
func (idle) DataReceived([]byte)      {}
func (idle) EOFReceived() bool        { return false }
func (idle) ConnectionLost(error)     {}
