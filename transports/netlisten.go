package transports

// A listener for code that is written for package net.

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
)

// A NetListener is a net.Listener over a [Server]: its Accept suspends the task that
// runs. Make one with [ListenNet]. Close may be called from any goroutine.
type NetListener struct {
	server  *Server
	addr    net.Addr
	ready   []*NetConn // that nobody has accepted, oldest first
	most    int        // how many these may be
	held    bool       // the server accepts no more meanwhile
	waiters []*acceptWait
	closed  atomic.Bool
}

var _ net.Listener = (*NetListener)(nil)

// ListenNet listens at an address, as [Listen] does with the same options, for code
// that takes a net.Listener. As many connections as the backlog wait to be accepted
// here, with TLS those whose handshake is over; after these, as many wait in the
// system.
func ListenNet(ctx context.Context, network, address string, opts ...Option) (*NetListener, error) {
	l := new(NetListener)
	s, err := Listen(ctx, l.protocol, network, address, append(slices.Clip(opts), WithoutStart())...)
	if err != nil {
		return nil, err
	}
	l.server, l.addr = s, s.Addrs()[0]
	if l.most = s.options.socket.Backlog; l.most <= 0 {
		l.most = defaultBacklog
	}
	if err := s.Start(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return l, nil
}

// protocol makes the protocol of a connection.
func (l *NetListener) protocol() *netProtocol {
	p := newNetProtocol()
	p.listener = l
	return p
}

// arrived is called for each connection that is there.
func (l *NetListener) arrived(c *NetConn) {
	if l.closed.Load() {
		c.t.Abort()
		return
	}
	l.ready = append(l.ready, c)
	if len(l.ready) >= l.most {
		l.held = true
		l.server.hold()
	}
	l.wake()
}

// hold stops accepting connections until start.
func (s *Server) hold() {
	s.serving = false
	for _, l := range s.listeners {
		l.OnReadable(nil)
		if l.retry != nil {
			l.retry.Cancel()
			l.retry = nil
		}
	}
}

// Accept returns the next connection, a [*NetConn], and suspends the running task
// until there is one.
func (l *NetListener) Accept() (net.Conn, error) {
	ctx := runningOn(l.server.loop)
	if ctx == nil {
		return nil, l.failure(coro.ErrNoTask)
	}
	if err := coro.Check(ctx); err != nil {
		return nil, l.failure(err)
	}
	for {
		switch {
		case l.closed.Load():
			return nil, l.failure(net.ErrClosed)
		case len(l.ready) > 0:
			return l.take()
		}
		w := &acceptWait{l: l}
		w.Bind(l.server.loop.Turn())
		l.waiters = append(l.waiters, w)
		if err := coro.Await(ctx, w); err != nil {
			l.waiters = slices.DeleteFunc(l.waiters, func(x *acceptWait) bool { return x == w })
			l.wake() // it may have been this one's turn
			return nil, l.failure(err)
		}
	}
}

// take returns the connection that has waited longest.
func (l *NetListener) take() (*NetConn, error) {
	c := l.ready[0]
	l.ready = slices.Delete(l.ready, 0, 1)
	if l.held && len(l.ready) < l.most {
		l.held = false
		if err := l.server.start(); err != nil {
			return nil, err
		}
	}
	l.wake()
	return c, nil
}

// wake wakes the task that has waited longest, if there is something for it.
func (l *NetListener) wake() {
	if len(l.waiters) > 0 && len(l.ready) > 0 {
		w := l.waiters[0]
		l.waiters = slices.Delete(l.waiters, 0, 1)
		w.Finish(nil, w)
	}
}

// Close stops listening. Tasks that wait in Accept get net.ErrClosed; connections
// that nobody has accepted are aborted, and others go on. Any goroutine may call it.
func (l *NetListener) Close() error {
	if l.closed.Swap(true) {
		return l.failure(net.ErrClosed)
	}
	l.server.loop.Post((*listenerClose)(l)) // fails on a closed loop, which has closed it
	return nil
}

// listenerClose is what Close does on the loop's goroutine.
type listenerClose NetListener

func (n *listenerClose) Run() {
	l := (*NetListener)(n)
	l.server.Close()
	for _, c := range l.ready {
		c.t.Abort()
	}
	for _, w := range l.waiters {
		w.Finish(nil, w)
	}
	l.ready, l.waiters = nil, nil
}

func (n *listenerClose) String() string { return "Close of a NetListener" }

// Addr returns the address that is listened at, the first if there are several.
func (l *NetListener) Addr() net.Addr { return l.addr }

// Server returns the server below.
func (l *NetListener) Server() *Server { return l.server }

func (l *NetListener) failure(err error) error {
	return &net.OpError{Op: "accept", Net: l.addr.Network(), Addr: l.addr, Err: err}
}

// An acceptWait is what a task waits for in Accept.
type acceptWait struct {
	future.Core
	l *NetListener
}

// String says what the task waits for.
func (w *acceptWait) String() string { return "a connection to " + w.l.server.String() }

// Explain implements [waits.Explainer].
func (w *acceptWait) Explain() waits.Reason {
	s := w.l.server
	return waits.Reason{Kind: "server", Part: "connection to", Object: s, Detail: strings.TrimPrefix(s.where(), " "), State: s.state()}
}
