package transports

// A TLS connection as a Transport.

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
)

// A tlsTransport is a [Transport] over another one, with a tls.Conn in between
// (asyncio: SSLProtocol and _SSLProtocolTransport). A tls.Conn is used by one task,
// while the handshake lasts, and then by callbacks alone, of which none begins within
// another: busy says that one is using it.
type tlsTransport struct {
	loop   *eventloop.Loop
	shared *shared
	raw    Transport
	conn   *tls.Conn
	limit  time.Duration // of the shutdown

	proto    BaseProtocol
	data     Protocol         // proto, if it is one
	buffered BufferedProtocol // proto, if it is not
	pauser   WritePauser      // proto, if it is one

	in     []byte          // what has arrived and crypto/tls has not taken
	out    []byte          // what crypto/tls has written and raw has not got
	task   context.Context // of the task that makes the handshake, as long as it does
	waiter *tlsWait        // what that waits for

	made      bool // ConnectionMade was called
	begun     bool // the protocol is to get what arrives
	busy      bool // the tls.Conn is in use
	receiving bool // receive is on the stack
	paused    bool // PauseReading was called
	full      bool // raw's reading is paused, as too much waits in in
	stopped   bool // raw has more to send than it should
	told      bool // and the protocol knows
	closing   bool // Close or Abort was called, or the connection is broken
	dropped   bool // what still arrives does not matter
	ended     bool // the other side has sent close_notify
	sent      bool // what was written had left when Close was called
	eof       bool // raw's other end has closed
	lost      bool // raw's ConnectionLost was called
	late      int  // how many writes came after that (asyncio: _conn_lost)
	broken    error
	err       error // what ConnectionLost is to say
	timer     eventloop.TimerHandle
}

// The limits of what waits within a transport (asyncio:
// FLOW_CONTROL_HIGH_WATER_SSL_READ and _WRITE).
const (
	tlsReadHigh  = 256 << 10
	tlsReadLow   = tlsReadHigh / 4
	tlsWriteHigh = 512 << 10
)

// newTLS puts a TLS transport for p in the place of raw's protocol.
func newTLS(l *eventloop.Loop, sh *shared, raw Transport, p BaseProtocol, s secure) *tlsTransport {
	t := &tlsTransport{loop: l, shared: sh, raw: raw, limit: s.shutdown, made: s.began, in: bytes.Clone(s.received)}
	if s.server {
		t.conn = tls.Server((*tlsLink)(t), s.config)
	} else {
		t.conn = tls.Client((*tlsLink)(t), s.config)
	}
	t.SetProtocol(p)
	raw.SetProtocol((*tlsRaw)(t))
	t.SetWriteBufferLimits(-1, -1)
	return t
}

// Protocol implements [Transport].
func (t *tlsTransport) Protocol() BaseProtocol { return t.proto }

// SetProtocol implements [Transport].
func (t *tlsTransport) SetProtocol(p BaseProtocol) {
	t.proto = checkProtocol(p)
	t.data, _ = p.(Protocol)
	t.buffered, _ = p.(BufferedProtocol)
	t.pauser, _ = p.(WritePauser)
	t.told = false // until it writes, as that of a socket
}

// PauseReading implements [Transport].
func (t *tlsTransport) PauseReading() { t.paused = t.paused || !t.closing }

// ResumeReading implements [Transport].
func (t *tlsTransport) ResumeReading() {
	if t.paused && !t.closing {
		t.paused = false
		t.loop.Ready((*tlsReceive)(t))
	}
}

// IsReading implements [Transport].
func (t *tlsTransport) IsReading() bool { return !t.closing && !t.paused }

// SetWriteBufferLimits implements [Transport]. What is counted is what raw has to
// send; nothing waits above it.
func (t *tlsTransport) SetWriteBufferLimits(high, low int) {
	if high < 0 && low < 0 {
		high = tlsWriteHigh
	}
	t.raw.SetWriteBufferLimits(high, low)
}

// WriteBufferLimits implements [Transport].
func (t *tlsTransport) WriteBufferLimits() (high, low int) { return t.raw.WriteBufferLimits() }

// WriteBufferSize implements [Transport].
func (t *tlsTransport) WriteBufferSize() int { return t.raw.WriteBufferSize() }

// CloseWrite implements [Transport].
func (t *tlsTransport) CloseWrite() error {
	return fmt.Errorf("asyncio: a TLS connection cannot be closed by halves; Close it: %w", errors.ErrUnsupported)
}

// IsClosing implements [Transport].
func (t *tlsTransport) IsClosing() bool { return t.closing }

// Context implements [Transport].
func (t *tlsTransport) Context() context.Context { return t.raw.Context() }

// LocalAddr implements [Transport].
func (t *tlsTransport) LocalAddr() net.Addr { return t.raw.LocalAddr() }

// RemoteAddr implements [Transport].
func (t *tlsTransport) RemoteAddr() net.Addr { return t.raw.RemoteAddr() }

// ConnectionState implements [Transport].
func (t *tlsTransport) ConnectionState() (tls.ConnectionState, bool) {
	return t.conn.ConnectionState(), true
}

// Unwrap implements [Transport].
func (t *tlsTransport) Unwrap() any { return t.raw }

// String says which connection it is and what it is doing.
func (t *tlsTransport) String() string {
	state := ""
	switch {
	case t.lost:
		state = " (closed)"
	case t.closing:
		state = " (closing)"
	case t.paused:
		state = " (reading paused)"
	}
	return "TLS connection " + ends(t.LocalAddr(), t.RemoteAddr()) + state
}

// report implements [reporter].
func (t *tlsTransport) report(err error) { reportOn(t.loop, t.String(), err) }

// guard is that of a socket.
func (t *tlsTransport) guard() {
	if v := recover(); v != nil {
		t.fatalPanic(v)
	}
}

func (t *tlsTransport) connectionMade() {
	defer t.guard()
	t.proto.ConnectionMade(t)
}
