package transports

// How a server accepts connections.

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/tasks"
)

// acceptRetry is how long a listener that has failed is left alone (asyncio:
// ACCEPT_RETRY_DELAY).
const acceptRetry = time.Second

// defaultBacklog is how many connections a server without a backlog takes at once
// (asyncio: the backlog's default, which is also how many may wait in the system).
const defaultBacklog = 100

// A listener is one address of a server. Its Run is called when somebody wants to
// connect (asyncio: _accept_connection).
type listener struct {
	network.Listener
	server *Server
	retry  *eventloop.TimerHandle
}

// watch makes the loop call Run.
func (l *listener) watch() error { return l.OnReadable(l) }

// Run accepts who is there, up to the backlog and one.
func (l *listener) Run() {
	s := l.server
	if !s.serving || l.retry != nil {
		return // it came just before the callback was taken back
	}
	n := s.options.socket.Backlog
	if n <= 0 {
		n = defaultBacklog
	}
	for range n + 1 {
		conn, err := l.Accept()
		switch {
		case err == nil:
			s.accepted(conn)
			if s.closed {
				return // by the factory
			}
		case wouldBlock(err):
			return
		case !errors.Is(err, syscall.ECONNABORTED): // else he has not waited
			l.failed(err)
			return
		}
	}
}

// String names the callback in reports.
func (l *listener) String() string { return "a connection to " + l.server.String() }

// failed is called when connections cannot be accepted, for want of descriptors or
// memory as a rule. The system says all the time that somebody wants to connect, and
// must not be asked for a while.
func (l *listener) failed(err error) {
	s := l.server
	l.OnReadable(nil)
	l.retry = s.loop.CallLater(acceptRetry, func() {
		l.retry = nil
		if err := l.watch(); err != nil {
			l.failed(err)
		}
	})
	s.loop.CallExceptionHandler(eventloop.Event{Reason: eventloop.ReasonAccept, Err: err, Name: s.String()})
}

func (l *listener) close() {
	if l.retry != nil {
		l.retry.Cancel()
		l.retry = nil
	}
	l.Close()
}

// accepted gives a connection its protocol (asyncio: _accept_connection2). It costs a
// task only where there is something to wait for.
func (s *Server) accepted(conn network.Conn) {
	if s.options.tls != nil {
		s.secure(conn)
		return
	}
	p, err := s.protocol(conn)
	if err == nil {
		_, err = newSocket(s.ctx, s.loop, conn, p, nil, s)
	}
	if err != nil {
		s.report(err)
	}
}

// protocol calls the factory. If that panics, conn is closed.
func (s *Server) protocol(conn network.Conn) (p BaseProtocol, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = coro.NewPanicError(v)
		}
	}()
	return makeProtocol(s.factory, conn), nil
}

// secure makes a TLS connection of conn. Handshakes that fail are nobody's business
// but the client's, unless one wants to know.
func (s *Server) secure(conn network.Conn) {
	tasks.Go(s.ctx, func(ctx context.Context) error {
		p, err := s.protocol(conn)
		if err != nil {
			s.report(err)
			return nil
		}
		if _, err = establish(ctx, s.ctx, conn, p, s, &s.options, true); err != nil && s.loop.Debug() && !tasks.IsCancelled(ctx, err) {
			s.report(err)
		}
		return nil
	}, tasks.WithName(fmt.Sprintf("handshake with %v", conn.RemoteAddr())))
}

func (s *Server) report(err error) {
	s.loop.CallExceptionHandler(eventloop.Event{Reason: eventloop.ReasonConnection, Err: err, Name: s.String()})
}
