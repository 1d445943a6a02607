package transports

// A connection of the network as a Transport.

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strings"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
)

// A socket is a [Transport] over a [network.Conn] (asyncio:
// _SelectorSocketTransport). Its callbacks are types of their own over the same
// structure, so that setting one allocates nothing.
type socket struct {
	loop   *eventloop.Loop
	shared *shared
	conn   network.Conn
	many   network.BuffersWriter // conn, if it can

	proto    BaseProtocol
	data     Protocol         // proto, if it is one
	buffered BufferedProtocol // proto, if it is not
	flow     flow
	out      buffer

	closing bool // Close or Abort was called, or the connection is broken
	paused  bool // PauseReading was called
	begun   bool // ConnectionMade was called
	atEOF   bool // EOFReceived was called
	eof     bool // CloseWrite was called
	abort   bool // what the other end has not got is of no use to it
	lost    int  // ConnectionLost is on its way, and how many writes came after that (asyncio: _conn_lost)
	err     error

	ctx     context.Context
	waiter  *connecting // who waits for ConnectionMade
	emptied *emptying   // who waits for the buffer to be sent
	server  *Server
	open    node // in the list of the loop
	client  node // in the list of the server
}

// newSocket makes a transport over conn for p. The loop calls ConnectionMade in its
// next iteration, and ends the wait of w, if that is not nil. On a closed loop it
// closes conn and returns an error.
func newSocket(ctx context.Context, l *eventloop.Loop, conn network.Conn, p BaseProtocol, w *connecting, server *Server) (*socket, error) {
	s := sharedOf(l)
	if s == nil {
		conn.Close()
		return nil, eventloop.ErrLoopClosed
	}
	t := &socket{loop: l, shared: s, conn: conn, ctx: ctx, waiter: w, server: server}
	t.many, _ = conn.(network.BuffersWriter)
	t.flow.setLimits(-1, -1)
	t.SetProtocol(p)
	t.open.owner, t.client.owner = t, t
	s.open.add(&t.open)
	if server != nil {
		server.attach(t)
	}
	l.Ready((*socketBegin)(t))
	return t, nil
}

// socketBegin calls ConnectionMade.
type socketBegin socket

func (b *socketBegin) Run() {
	t := (*socket)(b)
	t.connectionMade()
	t.begun = true
	t.watchReads() // not before ConnectionMade
	if w := t.waiter; w != nil {
		t.waiter = nil
		w.Finish(nil, w)
	}
}

func (b *socketBegin) String() string { return "ConnectionMade of " + (*socket)(b).String() }

func (t *socket) connectionMade() {
	defer t.guard()
	t.proto.ConnectionMade(t)
}

// guard is deferred around the calls of a protocol that make no sense any more after
// one of them has panicked: that is reported, and the connection aborted.
func (t *socket) guard() {
	if v := recover(); v != nil {
		t.fatalPanic(v)
	}
}

// report implements [reporter].
func (t *socket) report(err error) { reportOn(t.loop, t.String(), err) }

// Protocol implements [Transport].
func (t *socket) Protocol() BaseProtocol { return t.proto }

// SetProtocol implements [Transport].
func (t *socket) SetProtocol(p BaseProtocol) {
	t.proto = checkProtocol(p)
	t.data, _ = p.(Protocol)
	t.buffered, _ = p.(BufferedProtocol)
	t.flow.setProtocol(p)
}

// checkProtocol panics if p cannot receive anything.
func checkProtocol(p BaseProtocol) BaseProtocol {
	switch p.(type) {
	case nil:
		panic("asyncio: a transport with a nil protocol")
	case Protocol, BufferedProtocol:
		return p
	}
	panic(fmt.Sprintf("asyncio: %T is neither a Protocol nor a BufferedProtocol; it needs DataReceived, or GetBuffer and BufferUpdated", p))
}

// SetWriteBufferLimits implements [Transport].
func (t *socket) SetWriteBufferLimits(high, low int) {
	t.flow.setLimits(high, low)
	t.flow.grown(t.out.size, t)
}

// WriteBufferLimits implements [Transport].
func (t *socket) WriteBufferLimits() (high, low int) { return t.flow.high, t.flow.low }

// WriteBufferSize implements [Transport].
func (t *socket) WriteBufferSize() int { return t.out.size }

// Context implements [Transport].
func (t *socket) Context() context.Context { return t.ctx }

// LocalAddr implements [Transport].
func (t *socket) LocalAddr() net.Addr { return t.conn.LocalAddr() }

// RemoteAddr implements [Transport].
func (t *socket) RemoteAddr() net.Addr { return t.conn.RemoteAddr() }

// ConnectionState implements [Transport].
func (t *socket) ConnectionState() (tls.ConnectionState, bool) { return tls.ConnectionState{}, false }

// Unwrap implements [Transport].
func (t *socket) Unwrap() any { return t.conn }

// String says which connection it is and what it is doing.
func (t *socket) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "connection %s", ends(t.conn.LocalAddr(), t.conn.RemoteAddr()))
	var state []string
	switch {
	case t.open.next == nil:
		state = append(state, "closed")
	case t.closing:
		state = append(state, "closing")
	case t.paused:
		state = append(state, "reading paused")
	case t.atEOF:
		state = append(state, "at EOF")
	}
	if t.out.size > 0 {
		state = append(state, fmt.Sprintf("%d bytes to send", t.out.size))
	}
	if len(state) > 0 {
		fmt.Fprintf(&b, " (%s)", strings.Join(state, ", "))
	}
	return b.String()
}

// ends names the two ends of a connection.
func ends(local, remote net.Addr) string {
	var names []string
	for _, a := range []net.Addr{local, remote} {
		if a != nil && a.String() != "" {
			names = append(names, a.String())
		}
	}
	return strings.Join(names, " to ")
}
