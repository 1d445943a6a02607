package streams_test

// Streams over TLS.

import (
	"context"
	"crypto/tls"
	"errors"
	"testing"

	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/transports"
)

func TestEchoOverTLS(t *testing.T) {
	ca := certtest.Default()
	reports := onNetwork(t, func(ctx context.Context) {
		s, err := streams.StartServer(ctx, echo, "tcp", "localhost:443", transports.WithTLS(ca.Server()))
		equal(t, "StartServer", err, nil)
		r, w := open(t, ctx, "localhost:443", transports.WithTLS(ca.Client()))
		state, secure := w.ConnectionState()
		equal(t, "secure", secure && state.HandshakeComplete, true)
		w.Write([]byte("hello\n"))
		does(t, "ReadLine", ctx, r, line(), `"hello\n"`)
		equal(t, "CloseWrite", errors.Is(w.CloseWrite(), errors.ErrUnsupported), true)
		equal(t, "Drain", w.Drain(ctx), nil)
		w.Close()
		equal(t, "WaitClosed", w.WaitClosed(ctx), nil)
		does(t, "the end", ctx, r, some(1), "EOF")
		shut(t, ctx, s)
	})
	equal(t, "reports", reports, nil)
}

// upgrade is the server of a protocol with STARTTLS.
func upgrade(t testing.TB, cfg *tls.Config) handler {
	return func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
		defer w.Close()
		does(t, "the command", ctx, r, line(), `"STARTTLS\n"`)
		w.Write([]byte("go on\n"))
		if err := w.StartTLS(ctx, cfg); err != nil {
			return nil // the client's fault
		}
		return echo(ctx, r, w)
	}
}

// test_streams.StreamTests.test_start_tls
func TestStartTLS(t *testing.T) {
	ca := certtest.Default()
	client := ca.Client()
	client.ServerName = "localhost"
	reports := onNetwork(t, func(ctx context.Context) {
		s, addr := serve(t, ctx, upgrade(t, ca.Server()))
		r, w := open(t, ctx, addr)
		_, secure := w.ConnectionState()
		equal(t, "secure before", secure, false)
		w.Write([]byte("STARTTLS\n"))
		does(t, "the answer", ctx, r, line(), `"go on\n"`)
		before := w.Transport()
		equal(t, "StartTLS", w.StartTLS(ctx, client), nil)
		equal(t, "another transport", w.Transport() != before, true)
		_, secure = w.ConnectionState()
		equal(t, "secure", secure, true)
		w.Write([]byte("secret\n"))
		does(t, "ReadLine", ctx, r, line(), `"secret\n"`)
		w.Close()
		equal(t, "WaitClosed", w.WaitClosed(ctx), nil)
		shut(t, ctx, s)
	})
	equal(t, "reports", reports, nil)
}

// A handshake that has been received together with the command is not lost.
func TestStartTLSWithAnEarlyHandshake(t *testing.T) {
	ca := certtest.Default()
	client := ca.Client()
	client.ServerName = "localhost"
	onNetwork(t, func(ctx context.Context) {
		s, addr := serve(t, ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			defer w.Close()
			does(t, "the command", ctx, r, line(), `"STARTTLS\n"`)
			for range 10 { // so that what the client sends at once is in the reader
				turn(t, ctx)
			}
			equal(t, "StartTLS", w.StartTLS(ctx, ca.Server()), nil)
			return echo(ctx, r, w)
		})
		r, w := open(t, ctx, addr)
		w.Write([]byte("STARTTLS\n"))
		equal(t, "StartTLS", w.StartTLS(ctx, client), nil)
		w.Write([]byte("secret\n"))
		does(t, "ReadLine", ctx, r, line(), `"secret\n"`)
		w.Close()
		shut(t, ctx, s)
	})
}

// What somebody has slipped in before the handshake makes it fail, and is never read.
func TestStartTLSWithSomethingSlippedIn(t *testing.T) {
	ca := certtest.Default()
	client := ca.Client()
	client.ServerName = "localhost"
	onNetwork(t, func(ctx context.Context) {
		var got []byte
		var failed error
		s, addr := serve(t, ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			defer w.Close()
			does(t, "the command", ctx, r, line(), `"STARTTLS\n"`)
			failed = w.StartTLS(ctx, ca.Server())
			got, _ = r.Read(ctx, -1)
			return nil
		})
		_, w := open(t, ctx, addr)
		w.Write([]byte("STARTTLS\nDELETE everything\n"))
		equal(t, "the client fails", w.StartTLS(ctx, client) != nil, true)
		shut(t, ctx, s)
		equal(t, "the server fails", failed != nil, true)
		equal(t, "what was read", string(got), "")
	})
}
