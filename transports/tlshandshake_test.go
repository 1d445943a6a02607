package transports_test

// Handshakes of TLS that come to nothing.

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// A server that never says anything.
// test_ssl.TestSSL.test_ssl_handshake_timeout, test_handshake_timeout_handler_leak
func TestTLSHandshakeTimeout(t *testing.T) {
	leak.Check(t)
	for _, limit := range []time.Duration{0, 5 * time.Second} {
		run(t, func(ctx context.Context) {
			var near, far recorder
			opts := []transports.Option{transports.WithTLS(certtest.Default().Client())}
			want := time.Minute
			if limit > 0 {
				opts, want = append(opts, transports.WithHandshakeTimeout(limit)), limit
			}
			s, addr := listen(ctx, func() *recorder { return &far })
			defer s.Close()
			_, _, err := transports.Connect(ctx, func() *recorder { return &near }, "tcp", addr, opts...)
			is(t, "error", err, context.DeadlineExceeded)
			looptest.Equal(t, "text", err.Error(),
				fmt.Sprintf("asyncio: the TLS handshake was not over within %v; the other end may not speak TLS: asyncio: timeout", want))
			looptest.Equal(t, "time", looptest.Now(ctx), want)
			settle(ctx)
			looptest.Equal(t, "this end", near.take(), nil)
			looptest.Equal(t, "the other end", far.take()[2:], []string{"lost connection reset by peer"})
		})
	}
}

// A client that never says anything, and one that hangs up.
// test_ssl.TestSSL.test_ssl_handshake_connection_lost
func TestTLSServerHandshakes(t *testing.T) {
	leak.Check(t)
	for _, how := range []string{"silent", "close", "abort", "close clients"} {
		t.Run(how, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				var near, far recorder
				s, addr := listen(ctx, func() *recorder { return &far }, transports.WithTLS(certtest.Default().Server()))
				a, _, err := transports.Connect(ctx, func() *recorder { return &near }, "tcp", addr)
				must(err)
				settle(ctx)
				want := time.Duration(0)
				switch how {
				case "silent":
					want = time.Minute
				case "close":
					a.Close()
				case "abort":
					a.Abort()
				case "close clients":
					s.CloseClients()
				}
				s.Close()
				must(s.WaitClosed(ctx))
				looptest.Equal(t, "time", looptest.Now(ctx), want)
				settle(ctx)
				looptest.Equal(t, "tasks", len(tasks.All(ctx)), 1)
				looptest.Equal(t, "the server's protocol", far.take(), nil)
			})
		})
	}
}

func TestTLSHandshakeFails(t *testing.T) {
	expired := certtest.Default().Issue(func(c *x509.Certificate) { c.NotAfter = c.NotBefore.Add(time.Hour) }, "127.0.0.1")
	fails := []struct {
		name string
		edit func(client, server *tls.Config)
		is   func(err error) bool
		text string // if is is nil
	}{
		{"expired", func(_, server *tls.Config) { server.Certificates[0] = expired },
			func(err error) bool {
				var e x509.CertificateInvalidError
				return errors.As(err, &e) && e.Reason == x509.Expired
			}, ""},
		{"not yet valid by Time", func(client, _ *tls.Config) { client.Time = func() time.Time { return time.Unix(0, 0) } },
			func(err error) bool { var e x509.CertificateInvalidError; return errors.As(err, &e) }, ""},
		{"unknown authority", func(client, _ *tls.Config) { client.RootCAs = certtest.New().Pool },
			func(err error) bool { var e x509.UnknownAuthorityError; return errors.As(err, &e) }, ""},
		{"another host", func(client, _ *tls.Config) { client.ServerName = "elsewhere" },
			func(err error) bool { var e x509.HostnameError; return errors.As(err, &e) }, ""},
		{"no common version", func(client, server *tls.Config) {
			client.MaxVersion, server.MinVersion = tls.VersionTLS12, tls.VersionTLS13
		}, nil, "remote error: tls: protocol version not supported"},
		{"no common protocol", func(client, server *tls.Config) {
			client.NextProtos, server.NextProtos = []string{"a"}, []string{"b"}
		}, nil, "remote error: tls: no application protocol"},
	}
	leak.Check(t)
	for _, tt := range fails {
		t.Run(tt.name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				client, server := certtest.Default().Client(), certtest.Default().Server()
				tt.edit(client, server)
				var near, far recorder
				s, addr := listen(ctx, func() *recorder { return &far }, transports.WithTLS(server))
				_, _, err := transports.Connect(ctx, func() *recorder { return &near }, "tcp", addr, transports.WithTLS(client))
				if tt.is != nil && !tt.is(err) || tt.is == nil && err.Error() != tt.text {
					t.Errorf("%T: %[1]v", err)
				}
				s.Close()
				must(s.WaitClosed(ctx))
				looptest.Equal(t, "protocols", append(near.take(), far.take()...), nil)
				looptest.Equal(t, "time", looptest.Now(ctx), 0)
			})
		})
	}
}

// A server that does not speak TLS, and a client that does not.
// test_ssl.TestSSL.test_start_tls_client_corrupted_ssl
func TestTLSGarbage(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var near, far recorder
		far.onMade = func(t transports.Transport) { text(t, "220 smtp.example.com ESMTP\r\n") }
		s, addr := listen(ctx, func() *recorder { return &far })
		_, _, err := transports.Connect(ctx, func() *recorder { return &near }, "tcp", addr, transports.WithTLS(certtest.Default().Client()))
		var header tls.RecordHeaderError
		looptest.Equal(t, "the client's error", errors.As(err, &header), true)
		s.Close()
		must(s.WaitClosed(ctx))

		far.onMade = func(t transports.Transport) { t.Abort() }
		s, addr = listen(ctx, func() *recorder { return &far })
		_, _, err = transports.Connect(ctx, func() *recorder { return &near }, "tcp", addr, transports.WithTLS(certtest.Default().Client()))
		looptest.Equal(t, "the client's error after a reset", describe(err), "connection reset by peer")
		s.Close()

		s, addr = listen(ctx, func() *recorder { return new(recorder) }, transports.WithTLS(certtest.Default().Server()))
		a, _, err := transports.Connect(ctx, func() *recorder { return &near }, "tcp", addr)
		must(err)
		text(a, "GET / HTTP/1.0\r\n\r\n")
		s.Close()
		must(s.WaitClosed(ctx))
		looptest.Equal(t, "time", looptest.Now(ctx), 0)
		settle(ctx)
	})
}

// test_ssl.TestSSL.test_start_tls_slow_client_cancel
func TestTLSHandshakeCancelled(t *testing.T) {
	ends := map[string]struct {
		ctx  func(ctx context.Context) (context.Context, context.CancelFunc)
		want string
	}{
		"cancel": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			task := tasks.Current(ctx)
			h := eventloop.FromContext(ctx).CallLater(time.Second, func() { task.Cancel("enough") })
			return ctx, h.Cancel
		}, "cancelled(enough)"},
		"deadline": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			eventloop.FromContext(ctx).CallLater(time.Second, cancel)
			return ctx, cancel
		}, "context canceled"},
	}
	leak.Check(t)
	for name, tt := range ends {
		for _, start := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", StartTLS ", start), func(t *testing.T) {
				run(t, func(ctx context.Context) {
					var near, far recorder
					s, addr := listen(ctx, func() *recorder { return &far })
					client := tasks.Go(ctx, func(ctx context.Context) error {
						if !start {
							ctx, stop := tt.ctx(ctx)
							defer stop()
							_, _, err := transports.Connect(ctx, func() *recorder { return &near }, "tcp", addr, transports.WithTLS(certtest.Default().Client()))
							return err
						}
						a, _, err := transports.Connect(ctx, func() *recorder { return &near }, "tcp", addr)
						must(err)
						ctx, stop := tt.ctx(ctx)
						defer stop()
						cfg := certtest.Default().Client()
						cfg.ServerName = "localhost"
						_, err = transports.StartTLS(ctx, a, &near, cfg)
						return err
					})
					_, err := client.Await(ctx)
					looptest.Fails(t, "the client", err, tt.want)
					s.Close()
					must(s.WaitClosed(ctx))
					looptest.Equal(t, "time", looptest.Now(ctx), time.Second)
					var want []string
					if start {
						want = []string{"made", "lost " + tt.want}
					}
					looptest.Equal(t, "protocol", near.take(), want)
				})
			})
		}
	}
}
