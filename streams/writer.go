package streams

// The half that writes.

import (
	"context"
	"crypto/tls"
	"net"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/transports"
)

// A Writer writes to a connection (asyncio: StreamWriter). Its writes never wait: what
// the connection cannot take yet is kept. Who writes much, or to somebody who may be
// slow, waits in [Writer.Drain] after each write until little is left:
//
//	w.Write(data)
//	if err := w.Drain(ctx); err != nil {
//		return err
//	}
//
// The errors of Write need no look if Drain's are seen to. In the end the writer must be
// closed: that closes the connection, for its [Reader] too. All methods are for the
// loop's goroutine.
type Writer struct {
	_ noCopy
	p *Protocol
}

// Write sends p, or keeps a copy of it to be sent. It never waits, and returns the
// length of p and nil, or an error such as [transports.ErrClosing].
func (w *Writer) Write(p []byte) (int, error) { return w.p.transport.Write(p) }

// WriteBuffers is Write for the bytes of all buffers, in order (asyncio: writelines).
func (w *Writer) WriteBuffers(bufs [][]byte) (int, error) { return w.p.transport.WriteBuffers(bufs) }

// CloseWrite tells the other end, after what was written, that nothing more will come
// (asyncio: write_eof). Reading goes on. It returns errors.ErrUnsupported on TLS
// connections, which cannot be closed by halves.
func (w *Writer) CloseWrite() error { return w.p.transport.CloseWrite() }

// Drain suspends the task while more than the high-water mark of the transport is left
// to be sent, 64 KiB if that was not changed, until it is down to the low-water mark
// (asyncio: drain). Several tasks may do that. If there is less, Drain returns at once.
//
// It returns the error that has broken the connection, and [ErrConnectionLost] if that
// has ended otherwise. If the writer is closing, it gives way once before, so that a task
// that does nothing but write and drain gets to see the end.
func (w *Writer) Drain(ctx context.Context) error {
	if err := coro.Check(ctx); err != nil {
		return err
	}
	p := w.p
	if err := p.reader.err; err != nil {
		return err
	}
	if p.transport.IsClosing() {
		if err := coro.Await(ctx, nil); err != nil {
			return err
		}
	}
	return p.flow.drain(ctx, (*room)(p))
}

// Close closes the connection when what was written has been sent. Nothing more is
// received. Closing twice does nothing.
func (w *Writer) Close() error { return w.p.transport.Close() }

// IsClosing reports whether the connection is closed or about to be.
func (w *Writer) IsClosing() bool { return w.p.transport.IsClosing() }

// WaitClosed suspends the task until the connection has ended, and returns the error
// that has broken it, nil if it was closed. Who has called Close and must know that
// everything was sent waits for that.
//
// Cancelling the task ends its wait alone, and not, as in asyncio, those of all others.
func (w *Writer) WaitClosed(ctx context.Context) error {
	if err := coro.Check(ctx); err != nil {
		return err
	}
	return w.p.flow.closed(ctx, (*end)(w.p))
}

// StartTLS makes the connection a TLS connection, as SMTP and others do in the middle of
// their talk, see [transports.StartTLS] (asyncio: start_tls). It drains the writer before,
// and returns when the handshake is over. This end is the server's if the connection was
// made by [StartServer].
//
// What has been received and not been read belongs to the handshake: a message that
// somebody has slipped in before makes that fail, and does not pass for a secure one. If
// StartTLS fails or is cancelled, the connection has ended.
func (w *Writer) StartTLS(ctx context.Context, cfg *tls.Config, opts ...Option) error {
	if err := w.Drain(ctx); err != nil {
		return err
	}
	p := w.p
	r := &p.reader
	all := append([]Option{transports.WithReceived(r.buf.take(r.buf.len()))}, opts...)
	if p.server {
		all = append(all, transports.WithServerSide())
	}
	r.taken()
	t, err := transports.StartTLS(ctx, p.transport, p, cfg, all...)
	if err != nil {
		return err
	}
	p.use(t)
	return nil
}

// Transport returns the transport that the writer writes to.
func (w *Writer) Transport() transports.Transport { return w.p.transport }

// LocalAddr returns the address of this end.
func (w *Writer) LocalAddr() net.Addr { return w.p.transport.LocalAddr() }

// RemoteAddr returns the address of the other end.
func (w *Writer) RemoteAddr() net.Addr { return w.p.transport.RemoteAddr() }

// ConnectionState returns what the handshake of TLS came to, false without TLS.
func (w *Writer) ConnectionState() (tls.ConnectionState, bool) {
	return w.p.transport.ConnectionState()
}

// String names the connection.
func (w *Writer) String() string { return "writer of " + nameOf(w.p.transport) }
