// Package network is the seam between a loop and the world of connections: what
// transports need of it, as interfaces (asyncio has the socket module here).
//
// A [Network] makes connections, listeners and packet sockets. None of them ever
// blocks: a call that cannot go on returns [ErrWouldBlock], and what becomes possible
// later is told to a callback on the loop, in each iteration in which it is possible,
// for as long as the callback is set. That is how a loop sees sockets of the system;
// package network/system has these. Package network/memory has a network within one
// loop, for tests: it needs no descriptors and no goroutines, so it runs in virtual
// time, and in the bubbles of testing/synctest.
//
// A loop is given its network by eventloop.WithNetwork, and uses the system's
// otherwise. Programs do not call a Network themselves: packages transports and
// streams do. Whoever writes one has to keep the rules that are said here.
//
// Everything here is for the goroutine of the loop alone. What is called on a Conn, a
// Listener or a PacketConn that is closed, but Close, Abort and the addresses, returns
// an error that is net.ErrClosed. Package network/networktest checks a Network.
package network

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"

	"github.com/goasyncio/asyncio/coro"
)

// ErrWouldBlock is returned by a call that can do nothing now. It is not a failure.
var ErrWouldBlock = errors.New("asyncio: the call would block; set a callback for when it would not")

// A Network is where a loop's connections come from. Its methods are called with the
// ctx of a task; Resolve and Dial may suspend that.
//
// Addresses are *net.TCPAddr, *net.UDPAddr or *net.UnixAddr, or of a type of the
// network's own. A kind of address that the network does not have is an error that
// is errors.ErrUnsupported.
type Network interface {
	// Resolve returns the addresses of host and service, a port or its name, in
	// the order in which they are to be tried, for a network as net.Dial has
	// them: "tcp", "tcp4", "tcp6", "udp" and so on. It is not called for the unix
	// networks. An empty host stands for this machine: to be listened on at all
	// its addresses if passive is set, else to be connected to. There is at least
	// one address if the error is nil.
	Resolve(ctx context.Context, network, host, service string, passive bool) ([]net.Addr, error)

	// Dial connects to an address. When it fails, or the wait is cancelled,
	// nothing is left of the connection.
	Dial(ctx context.Context, addr net.Addr, o Options) (Conn, error)

	// Listen begins to accept connections at an address.
	Listen(ctx context.Context, addr net.Addr, o Options) (Listener, error)

	// OpenPacket opens a socket for datagrams. Of local and remote one may be
	// nil. With a remote address, it sends to that and receives from that alone.
	OpenPacket(ctx context.Context, local, remote net.Addr, o Options) (PacketConn, error)
}

// Options say how a socket is to be. The zero value is what most programs want. A
// network ignores what has no meaning in it.
type Options struct {
	Local     net.Addr                                               // Dial: where to connect from; nil for anywhere
	Backlog   int                                                    // Listen: how many connections may wait to be accepted; 0 for as many as the system allows
	ReuseAddr Tristate                                               // SO_REUSEADDR; by default set for the listeners of unix systems
	ReusePort bool                                                   // SO_REUSEPORT: several sockets share the address
	IPv6Only  Tristate                                               // IPV6_V6ONLY; by default set for listeners at IPv6 addresses
	KeepAlive bool                                                   // SO_KEEPALIVE
	Delay     bool                                                   // leave out TCP_NODELAY, which is set by default
	Broadcast bool                                                   // OpenPacket: SO_BROADCAST
	Control   func(network, address string, c syscall.RawConn) error // as in net.ListenConfig; nil for none
}

// A Tristate is an option that may be left to the network.
type Tristate uint8

const (
	Default Tristate = iota
	On
	Off
)

// A Conn is a stream between two ends.
type Conn interface {
	// Read reads what is there: at least one byte if p has room for any. It
	// returns io.EOF when the other end has said that nothing more will come.
	Read(p []byte) (int, error)

	// Write takes at least one byte of p, and maybe not all. That is no error:
	// the error is nil if n is above zero.
	Write(p []byte) (int, error)

	// CloseWrite tells the other end that nothing more will come.
	CloseWrite() error

	// Close ends the connection, after what was written has arrived. The
	// callbacks are forgotten. Closing twice does nothing.
	Close() error

	// Abort ends the connection at once: the other end sees a reset, if
	// possible, and what has not arrived is lost.
	Abort() error

	// OnReadable makes r ready in each iteration of the loop in which Read would
	// not return ErrWouldBlock, until it is called with nil. A callback that is
	// in the ready queue already may still come after that.
	OnReadable(r coro.Runnable) error

	// OnWritable is OnReadable for Write.
	OnWritable(r coro.Runnable) error

	LocalAddr() net.Addr
	RemoteAddr() net.Addr
}

// A BuffersWriter is a [Conn] that can write several buffers at once (writev).
type BuffersWriter interface {
	// WriteBuffers is Write for the bytes of all buffers, in order. It leaves
	// the buffers as they are.
	WriteBuffers(bufs [][]byte) (int, error)
}

// A FileSender is a [Conn] to which the system can copy a file by itself.
type FileSender interface {
	// SendFile is Write for at most n bytes of f from offset on. It returns
	// io.EOF at the end of the file, and errors.ErrUnsupported if this file
	// cannot be sent that way.
	SendFile(f *os.File, offset int64, n int) (int, error)
}

// A Listener is where connections arrive.
type Listener interface {
	// Accept returns the next connection.
	Accept() (Conn, error)

	// OnReadable makes r ready in each iteration in which Accept would not
	// return ErrWouldBlock, until it is called with nil.
	OnReadable(r coro.Runnable) error

	// Close ends it; connections that nobody has accepted are reset. Closing
	// twice does nothing.
	Close() error

	Addr() net.Addr
}

// A PacketConn is a socket for datagrams.
type PacketConn interface {
	// ReadFrom reads the next datagram into p, as far as that has room, and says
	// whom it is from. An error may belong to an earlier WriteTo, and does not
	// end the socket.
	ReadFrom(p []byte) (int, net.Addr, error)

	// WriteTo sends p as one datagram. A nil addr is the remote address that the
	// socket was opened with.
	WriteTo(p []byte, addr net.Addr) error

	// Close ends it. Closing twice does nothing.
	Close() error

	OnReadable(r coro.Runnable) error // as of a Conn
	OnWritable(r coro.Runnable) error

	LocalAddr() net.Addr
	RemoteAddr() net.Addr // nil if there is none
}
