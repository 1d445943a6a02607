package transports

// How a connection becomes a TLS connection.

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/timeouts"
)

// StartTLS makes a TLS connection of one that is open, as SMTP and others do in the
// middle of their talk (asyncio: start_tls). It returns when the handshake is over.
// From then on t belongs to the transport that it returns, and p is the protocol of
// that: its ConnectionMade is not called, as it knows the connection already.
//
// This end is the client, unless [WithServerSide] says otherwise; then cfg.ServerName
// says whose certificate is expected. [WithHandshakeTimeout] and
// [WithShutdownTimeout] are for StartTLS too.
//
// What has been received before of the bytes that belong to TLS is for [WithReceived]. If StartTLS fails or is cancelled, the
// connection has ended, and p.ConnectionLost is called. It panics if p or cfg is nil.
func StartTLS(ctx context.Context, t Transport, p BaseProtocol, cfg *tls.Config, opts ...Option) (Transport, error) {
	switch {
	case t == nil:
		panic("asyncio: StartTLS of a nil transport")
	case cfg == nil:
		panic("asyncio: StartTLS without a tls.Config; an empty one does for clients that set ServerName")
	}
	if err := coro.Check(ctx); err != nil {
		return nil, err
	}
	if t.IsClosing() {
		return nil, ErrClosing
	}
	o := collect(opts)
	return startTLS(ctx, t, p, secure{config: cfg, server: o.serverSide, handshake: o.handshake, shutdown: o.shutdown, received: o.received, began: true})
}

// WithServerSide makes [StartTLS] the server's end of the handshake (asyncio:
// server_side). Its tls.Config has a certificate.
func WithServerSide() Option { return func(c *options) { c.serverSide = true } }

// WithReceived gives [StartTLS] what t has delivered already of the bytes that belong to
// TLS. Whoever has something left that was received before must not take it for a part
// of the secure talk: anybody on the way may have put it there.
func WithReceived(data []byte) Option { return func(c *options) { c.received = data } }

// errRenegotiation is returned for a tls.Config that crypto/tls could only serve with
// a goroutine for each connection.
var errRenegotiation = errors.New("asyncio: TLS renegotiation is not supported; leave tls.Config.Renegotiation at RenegotiateNever")

// secure is what there is to say of a TLS connection that is to be.
type secure struct {
	config    *tls.Config
	server    bool // which of the two ends this is
	handshake time.Duration
	shutdown  time.Duration
	received  []byte // already, on raw

	// began says that proto was in use on raw before: ConnectionMade was called
	// by that, and is not by the TLS transport.
	began bool
}

// startTLS makes a TLS transport over raw for proto, and returns it when the
// handshake is over (asyncio: start_tls, _make_ssl_transport). raw has begun, its
// reading is paused, and startTLS takes the place of its protocol. If it fails it
// has closed raw, or aborted it if that has something left to send.
//
// The handshake runs in the task of ctx, which is suspended where it waits. No task
// is needed when it is over, see [tlsLink].
func startTLS(ctx context.Context, raw Transport, proto BaseProtocol, s secure) (Transport, error) {
	checkProtocol(proto)
	if s.config.Renegotiation != tls.RenegotiateNever {
		raw.Abort()
		return nil, errRenegotiation
	}
	l := loopOf(ctx)
	sh := sharedOf(l)
	if sh == nil {
		raw.Abort()
		return nil, eventloop.ErrLoopClosed
	}
	t := newTLS(l, sh, raw, proto, s)
	returned := false
	defer func() {
		if !returned { // a function of the tls.Config has panicked, or called runtime.Goexit
			t.Abort()
		}
	}()
	raw.ResumeReading()
	err := t.handshake(ctx, s.handshake)
	returned = true
	if err == nil {
		err = t.begin(ctx)
	}
	if err != nil {
		t.err = err
		t.closing = true
		t.drop()
		return nil, err
	}
	return t, nil
}

// handshake makes the handshake, in the running task.
func (t *tlsTransport) handshake(ctx context.Context, limit time.Duration) error {
	timeout := timeouts.After(ctx, limit)
	err := timeout.Do(ctx, func(ctx context.Context) error {
		t.task, t.busy = ctx, true
		defer func() {
			t.task, t.busy = nil, false
			t.settle()
		}()
		// crypto/tls gets the values of ctx, with which the functions of the
		// tls.Config may await, but not its end: it would have another goroutine
		// close the connection then. Here it is a read that fails.
		return t.conn.HandshakeContext(context.WithoutCancel(ctx))
	})
	var late *timeouts.TimeoutError
	if timeout.Expired() && errors.As(err, &late) {
		t.raw.Abort()
		return fmt.Errorf("asyncio: the TLS handshake was not over within %v; the other end may not speak TLS: %w", limit, late)
	}
	return err
}

// begin waits until the protocol has been told that the connection is there.
func (t *tlsTransport) begin(ctx context.Context) error {
	w := t.newWait("begin of")
	t.loop.Ready((*tlsBegin)(t))
	if err := coro.Await(ctx, w); err != nil {
		t.raw.Abort()
		return err
	}
	if t.lost {
		return errTruncated
	}
	return nil
}

// tlsBegin calls ConnectionMade.
type tlsBegin tlsTransport

func (b *tlsBegin) Run() {
	t := (*tlsTransport)(b)
	if !t.closing && !t.made {
		t.made = true
		t.connectionMade()
	}
	t.wake()
	t.loop.Ready((*tlsFirst)(t))
}

func (b *tlsBegin) String() string { return "ConnectionMade of " + (*tlsTransport)(b).String() }

// tlsFirst begins to receive. That is behind the next step of the task that has waited
// for the handshake: it has the transport to give to the protocol, maybe.
type tlsFirst tlsTransport

func (f *tlsFirst) Run() {
	f.begun = true
	(*tlsTransport)(f).receive()
}

func (f *tlsFirst) String() string { return "data for " + (*tlsTransport)(f).String() }
