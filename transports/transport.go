package transports

// What a protocol calls.

import (
	"context"
	"crypto/tls"
	"net"
)

// A Transport is a connection as its owner sees it (asyncio: Transport). All methods
// are for the goroutine of the loop.
type Transport interface {
	// Write sends p, now as far as the connection takes it and the rest as soon as
	// it does. It never waits, and p can be used again when it returns. It returns
	// the length of p and nil, or 0 and [ErrClosing] or [ErrWriteAfterEOF].
	Write(p []byte) (int, error)

	// WriteBuffers is Write for the bytes of all buffers, in order (asyncio:
	// writelines).
	WriteBuffers(bufs [][]byte) (int, error)

	// CloseWrite tells the other end, after what was written, that nothing more
	// will come (asyncio: write_eof). On TLS connections, which cannot be closed
	// by halves, it returns errors.ErrUnsupported.
	CloseWrite() error

	// Close closes the connection when what was written has been sent. Nothing
	// more is received. ConnectionLost(nil) follows.
	Close() error

	// Abort closes the connection at once. What was not sent is lost.
	Abort()

	// IsClosing reports whether the connection is closed or about to be.
	IsClosing() bool

	// PauseReading makes the transport deliver nothing until ResumeReading. Both
	// may be called at any time, any number of times.
	PauseReading()
	ResumeReading()

	// IsReading reports whether the transport delivers what arrives.
	IsReading() bool

	// SetWriteBufferLimits says how many bytes that could not be sent yet make the
	// transport call PauseWriting, when they are more than high, and
	// ResumeWriting, when they are down to low. A negative high stands for 64 KiB,
	// or 4*low; a negative low for high/4. It panics if low is above high.
	SetWriteBufferLimits(high, low int)
	WriteBufferLimits() (high, low int)

	// WriteBufferSize returns how many bytes could not be sent yet.
	WriteBufferSize() int

	// Protocol returns what the transport calls; SetProtocol changes that.
	Protocol() BaseProtocol
	SetProtocol(p BaseProtocol)

	// Context returns a ctx with the loop and no task, to create tasks with.
	Context() context.Context

	LocalAddr() net.Addr
	RemoteAddr() net.Addr

	// ConnectionState returns what the handshake came to, false without TLS
	// (asyncio: get_extra_info of 'ssl_object', 'cipher' and 'peercert').
	ConnectionState() (tls.ConnectionState, bool)

	// Unwrap returns the network.Conn, or for TLS the transport below (asyncio:
	// get_extra_info of 'socket').
	Unwrap() any
}

// A DatagramTransport is a socket for datagrams as its owner sees it (asyncio:
// DatagramTransport).
type DatagramTransport interface {
	// SendTo sends p as one datagram, now or as soon as the socket takes it. A
	// nil addr is the remote address that the socket was opened with. Errors of
	// the network go to ErrorReceived; what is wrong with the call is returned.
	SendTo(p []byte, addr net.Addr) error

	Close() error // when what was sent has left
	Abort()       // at once
	IsClosing() bool

	SetWriteBufferLimits(high, low int) // as of a Transport
	WriteBufferLimits() (high, low int)
	WriteBufferSize() int

	Protocol() DatagramProtocol
	Context() context.Context
	LocalAddr() net.Addr
	RemoteAddr() net.Addr // nil if there is none
	Unwrap() any
}
