package asyncio

// Connections: streams for tasks, and below them transports and protocols.

import (
	"context"
	"crypto/tls"
	"io"

	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/transports"
)

// A StreamReader is what arrives on a connection. Its methods are Read, ReadInto,
// ReadExactly, ReadLine, ReadUntil, Lines and AtEOF.
type StreamReader = streams.Reader

// A StreamWriter writes to a connection. Its methods are Write, WriteBuffers, Drain,
// CloseWrite, Close, WaitClosed, StartTLS, Transport, RemoteAddr and so on.
type StreamWriter = streams.Writer

// OpenConnection connects to an address: "tcp" with a host and port, or "unix" with a
// path; see [streams.OpenConnection] (asyncio: open_connection, open_unix_connection).
// The writer must be closed.
func OpenConnection(ctx context.Context, network, address string, opts ...ConnectionOption) (*StreamReader, *StreamWriter, error) {
	return streams.OpenConnection(ctx, network, address, opts...)
}

// StartServer accepts connections at an address and runs handler for each, in a task of
// its own; see [streams.StartServer] (asyncio: start_server, start_unix_server). The
// handler closes its writer.
func StartServer(ctx context.Context, handler func(ctx context.Context, r *StreamReader, w *StreamWriter) error, network, address string, opts ...ConnectionOption) (*Server, error) {
	return streams.StartServer(ctx, handler, network, address, opts...)
}

// A Server accepts connections. Its methods are Serve, Start, Close, WaitClosed,
// CloseClients, AbortClients, Addrs and IsServing.
type Server = transports.Server

// A ConnectionOption configures a connection or a server: [WithTLS], [WithLimit] and
// those of package transports.
type ConnectionOption = transports.Option

// WithTLS secures connections by TLS (asyncio: ssl).
func WithTLS(cfg *tls.Config) ConnectionOption { return transports.WithTLS(cfg) }

// WithLimit sets the limit of stream readers, in bytes.
func WithLimit(limit int) ConnectionOption { return streams.WithLimit(limit) }

// What is below streams: code that is called with what arrives, and needs no task.
type (
	// A Transport is a connection as its owner sees it: Write, Close, Abort,
	// PauseReading, SetWriteBufferLimits and so on.
	Transport = transports.Transport
	// A Protocol is called with what arrives: ConnectionMade, DataReceived,
	// EOFReceived, ConnectionLost.
	Protocol = transports.Protocol
	// A BufferedProtocol says where what arrives is to be stored: GetBuffer and
	// BufferUpdated in place of DataReceived.
	BufferedProtocol = transports.BufferedProtocol
	// A BaseProtocol is what all protocols of connections have.
	BaseProtocol = transports.BaseProtocol
	// A DatagramTransport is a socket for datagrams: SendTo, Close, Abort and so on.
	DatagramTransport = transports.DatagramTransport
	// A DatagramProtocol receives datagrams: ConnectionMade, DatagramReceived,
	// ErrorReceived, ConnectionLost.
	DatagramProtocol = transports.DatagramProtocol
)

// CreateConnection connects to an address and gives the connection to the protocol that
// factory makes; see [transports.Connect] (asyncio: create_connection,
// create_unix_connection).
func CreateConnection[P BaseProtocol](ctx context.Context, factory func() P, network, address string, opts ...ConnectionOption) (Transport, P, error) {
	return transports.Connect(ctx, factory, network, address, opts...)
}

// CreateServer accepts connections at an address and gives each a protocol that factory
// makes; see [transports.Listen] (asyncio: create_server, create_unix_server).
func CreateServer[P BaseProtocol](ctx context.Context, factory func() P, network, address string, opts ...ConnectionOption) (*Server, error) {
	return transports.Listen(ctx, factory, network, address, opts...)
}

// CreateDatagramEndpoint opens a socket for datagrams; see [transports.OpenDatagram]
// (asyncio: create_datagram_endpoint).
func CreateDatagramEndpoint[P DatagramProtocol](ctx context.Context, factory func() P, network, local, remote string, opts ...ConnectionOption) (DatagramTransport, P, error) {
	return transports.OpenDatagram(ctx, factory, network, local, remote, opts...)
}

// StartTLS makes a TLS connection of one that is open; see [transports.StartTLS]
// (asyncio: start_tls). Streams have a method for it.
func StartTLS(ctx context.Context, t Transport, p BaseProtocol, cfg *tls.Config, opts ...ConnectionOption) (Transport, error) {
	return transports.StartTLS(ctx, t, p, cfg, opts...)
}

// SendFile sends a part of a file; see [transports.SendFile] (asyncio: sendfile).
func SendFile(ctx context.Context, t Transport, f io.ReaderAt, offset, count int64) (int64, error) {
	return transports.SendFile(ctx, t, f, offset, count)
}
