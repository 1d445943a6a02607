package transports

// Servers.

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/tasks"
)

// A Server accepts connections and gives each a protocol (asyncio: Server). Make one
// with [Listen]. All methods are for the goroutine of the loop.
type Server struct {
	loop      *eventloop.Loop
	ctx       context.Context // of its transports
	factory   func() BaseProtocol
	options   options
	listeners []*listener // nil when it is closed (asyncio: _sockets)
	serving   bool
	closed    bool
	clients   node // the root of the ring of its connections
	count     int  // how many there are
	forever   *serving
	closers   []*ending // who waits in WaitClosed
	open      node      // in the list of the loop
}

// Listen begins to accept connections at an address, and gives each a protocol that
// factory makes (asyncio: create_server, create_unix_server). The networks and
// addresses are those of net.Listen for streams: "tcp", "tcp4" and "tcp6" with a host
// and port, "unix" with a path; an empty host stands for all addresses of this
// machine, port 0 for one that is free. A host with several addresses is listened on
// at each.
//
//	s, err := transports.Listen(ctx, newSession, "tcp", ":7")
//	if err != nil {
//		return err
//	}
//	return s.Serve(ctx)
//
// The server goes on until it is closed, or its loop is. The ctx of its transports has
// the values of ctx. Listen panics if ctx has no loop, or factory is nil.
func Listen[P BaseProtocol](ctx context.Context, factory func() P, network, address string, opts ...Option) (*Server, error) {
	check(factory == nil, "Listen")
	s := newServer(ctx, factory, opts)
	if err := s.listen(ctx, network, address); err != nil {
		return nil, err
	}
	return s.begin(ctx)
}

// ListenOn is [Listen] for a listener that is there already (asyncio: create_server
// with sock). It takes charge of it.
func ListenOn[P BaseProtocol](ctx context.Context, factory func() P, l network.Listener, opts ...Option) (*Server, error) {
	check(factory == nil, "ListenOn")
	s := newServer(ctx, factory, opts)
	s.add(l)
	return s.begin(ctx)
}

func newServer[P BaseProtocol](ctx context.Context, factory func() P, opts []Option) *Server {
	l := loopOf(ctx)
	s := &Server{loop: l, ctx: l.Context(ctx), factory: func() BaseProtocol { return factory() }, options: collect(opts)}
	s.clients.init()
	s.open.owner = s
	return s
}

// listen makes a listener for each address.
func (s *Server) listen(ctx context.Context, netw, address string) (err error) {
	defer func() {
		if err != nil {
			s.closeListeners()
		}
	}()
	n, err := networkOf(s.loop)
	if err != nil {
		return err
	}
	addrs, err := resolve(ctx, n, netw, address, true)
	if err != nil {
		return err
	}
	var missing error
	seen := make(map[string]bool)
	for _, a := range addrs {
		if seen[a.String()] {
			continue
		}
		seen[a.String()] = true
		l, err := n.Listen(ctx, a, s.options.socket)
		switch {
		case err == nil:
			s.add(l)
		case errors.Is(err, syscall.EADDRNOTAVAIL):
			missing = err // a family of addresses that the machine does not have
		default:
			return err
		}
	}
	if len(s.listeners) == 0 {
		return missing
	}
	return nil
}

func (s *Server) add(l network.Listener) {
	s.listeners = append(s.listeners, &listener{Listener: l, server: s})
}

// begin starts the server, unless that is to come later.
func (s *Server) begin(ctx context.Context) (*Server, error) {
	shared := sharedOf(s.loop)
	if shared == nil {
		s.closeListeners()
		return nil, eventloop.ErrLoopClosed
	}
	shared.open.add(&s.open)
	if s.options.noStart {
		return s, nil
	}
	if err := s.Start(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Start begins to accept connections, if the server does not yet (asyncio:
// start_serving). It gives way once. On a closed server it returns
// [ErrServerClosed].
func (s *Server) Start(ctx context.Context) error {
	if err := s.start(); err != nil {
		return err
	}
	return tasks.Sleep(ctx, 0)
}

func (s *Server) start() error {
	if s.closed {
		return ErrServerClosed
	}
	if s.serving {
		return nil
	}
	s.serving = true
	for _, l := range s.listeners {
		if err := l.watch(); err != nil {
			return err
		}
	}
	return nil
}

// Close stops accepting connections (asyncio: close). Those that are there go on.
func (s *Server) Close() {
	if s.closed {
		return
	}
	s.closed, s.serving = true, false
	s.open.remove()
	s.closeListeners()
	if s.forever != nil {
		s.forever.CancelCause(ErrServerClosed)
	}
	s.wake()
}

func (s *Server) closeListeners() {
	for _, l := range s.listeners {
		l.close()
	}
	s.listeners = nil
}

// CloseClients closes the transports of all connections (asyncio: close_clients).
func (s *Server) CloseClients() {
	for t := range s.connections {
		outermost(t).Close()
	}
}

// AbortClients aborts the transports of all connections (asyncio: abort_clients).
func (s *Server) AbortClients() {
	for t := range s.connections {
		t.Abort()
	}
}

// connections ranges over the connections, oldest first. They may end meanwhile.
func (s *Server) connections(yield func(*socket) bool) {
	all := make([]*socket, 0, s.count)
	for n := s.clients.next; n != &s.clients; n = n.next {
		all = append(all, n.owner.(*socket))
	}
	for _, t := range all {
		if !yield(t) {
			return
		}
	}
}

// wake ends the waits in WaitClosed if it is time (asyncio: _wakeup).
func (s *Server) wake() {
	if !s.closed || s.count > 0 {
		return
	}
	for _, w := range s.closers {
		w.Finish(nil, w)
	}
	s.closers = nil
}

// attach adds a connection, and detach takes it away.
func (s *Server) attach(t *socket) {
	s.clients.add(&t.client)
	s.count++
}

func (s *Server) detach(t *socket) {
	t.client.remove()
	s.count--
	s.wake()
}

// IsServing reports whether the server accepts connections.
func (s *Server) IsServing() bool { return s.serving }

// Addrs returns where the server listens, nothing if it is closed (asyncio:
// sockets).
func (s *Server) Addrs() []net.Addr {
	addrs := make([]net.Addr, len(s.listeners))
	for i, l := range s.listeners {
		addrs[i] = l.Addr()
	}
	return addrs
}

// String says which server it is and what it is doing.
func (s *Server) String() string { return fmt.Sprintf("server%s (%s)", s.where(), s.state()) }

// where says where the server listens, behind a noun.
func (s *Server) where() string {
	names := make([]string, len(s.listeners))
	for i, l := range s.listeners {
		names[i] = l.Addr().String()
	}
	if len(names) == 0 {
		return ""
	}
	return " at " + strings.Join(names, ", ")
}

func (s *Server) state() string {
	state := fmt.Sprintf("%d connections", s.count)
	if s.count == 1 {
		state = "1 connection"
	}
	switch {
	case s.closed:
		return "closed, " + state
	case !s.serving:
		return "not started"
	}
	return state
}

// closeWithLoop implements [leftover].
func (s *Server) closeWithLoop() { s.Close() }

// unclosed implements [leftover].
func (s *Server) unclosed() bool { return true }
