package transports_test

// TLS connections that work.

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// versions has the versions of TLS that are tested.
var versions = map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13}

// eachVersion runs fn with the configurations of a client and a server for each.
func eachVersion(t *testing.T, fn func(t *testing.T, client, server *tls.Config)) {
	for name, v := range versions {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			client, server := certtest.Default().Client(), certtest.Default().Server()
			client.MaxVersion = v
			fn(t, client, server)
		})
	}
}

// secure connects near to far by TLS.
func secure(ctx context.Context, near, far *recorder, client, server *tls.Config, opts ...transports.Option) (a, b transports.Transport) {
	s, addr := listen(ctx, func() *recorder { return far }, append(opts, transports.WithTLS(server))...)
	a, _, err := transports.Connect(ctx, func() *recorder { return near }, "tcp", addr, append(opts, transports.WithTLS(client))...)
	must(err)
	for far.t == nil {
		must(tasks.Sleep(ctx, time.Millisecond))
	}
	settle(ctx)
	s.Close()
	return a, far.t
}

// test_ssl.TestSSL.test_create_connection_ssl_1, test_create_server_ssl_1
func TestTLS(t *testing.T) {
	eachVersion(t, func(t *testing.T, client, server *tls.Config) {
		run(t, func(ctx context.Context) {
			var near, far recorder
			far.onData = func(data []byte) { far.t.Write(bytes.ToUpper(data)) }
			a, b := secure(ctx, &near, &far, client, server)
			text(a, "hello")
			settle(ctx)
			cs, ok := a.ConnectionState()
			looptest.Equal(t, "ConnectionState", ok, true)
			looptest.Equal(t, "version", cs.Version, client.MaxVersion)
			looptest.Equal(t, "name", cs.PeerCertificates[0].Subject.CommonName, "localhost")
			if _, ok := a.Unwrap().(transports.Transport); !ok {
				t.Errorf("Unwrap gives %T", a.Unwrap())
			}
			looptest.Equal(t, "addresses", fmt.Sprint(a.LocalAddr(), a.RemoteAddr()), fmt.Sprint(b.RemoteAddr(), b.LocalAddr()))
			looptest.Equal(t, "the client's protocol", near.take(), []string{"made", "data HELLO"})
			looptest.Equal(t, "the server's protocol", far.take(), []string{"made", "data hello"})
			a.Close()
			settle(ctx)
			looptest.Equal(t, "the client's protocol", near.take(), []string{"lost nil"})
			looptest.Equal(t, "the server's protocol", far.take(), []string{"eof", "lost nil"})
		})
	})
}

// Much, both ways at once, over a network that is slow.
func TestTLSMuch(t *testing.T) {
	eachVersion(t, func(t *testing.T, client, server *tls.Config) {
		run(t, func(ctx context.Context) {
			var near, far recorder
			sent := make([]byte, 3<<20)
			for i := range sent {
				sent[i] = byte(i * i >> 8)
			}
			got := make([]bytes.Buffer, 2)
			near.onData = func(data []byte) { got[0].Write(data) }
			far.onData = func(data []byte) { got[1].Write(data) }
			a, b := secure(ctx, &near, &far, client, server)
			a.Write(sent)
			b.WriteBuffers([][]byte{sent[:10], sent[10:20], nil, sent[20:]})
			for got[0].Len() < len(sent) || got[1].Len() < len(sent) {
				must(tasks.Sleep(ctx, time.Second))
			}
			for i := range got {
				looptest.Equal(t, fmt.Sprint("what arrived at ", i), bytes.Equal(got[i].Bytes(), sent), true)
			}
			a.Close()
		}, memory.WithLatency(50*time.Millisecond), memory.WithBandwidth(1<<20))
	})
}

func TestTLSNegotiates(t *testing.T) {
	eachVersion(t, func(t *testing.T, client, server *tls.Config) {
		run(t, func(ctx context.Context) {
			var near, far recorder
			var asked string
			server.NextProtos = []string{"h2", "x"}
			client.NextProtos = []string{"x"}
			client.ServerName = "localhost"
			server.ClientAuth, server.ClientCAs = tls.RequireAndVerifyClientCert, certtest.Default().Pool
			client.Certificates = []tls.Certificate{certtest.Default().Issue(nil, "me")}
			config := server.Clone()
			server.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
				asked = hello.ServerName
				// The handshake is a task's, so that this may wait.
				return config, tasks.Sleep(hello.Context(), time.Second)
			}
			_, b := secure(ctx, &near, &far, client, server)
			cs, _ := b.ConnectionState()
			looptest.Equal(t, "protocol", cs.NegotiatedProtocol, "x")
			looptest.Equal(t, "name that was asked for", asked, "localhost")
			looptest.Equal(t, "client", cs.PeerCertificates[0].Subject.CommonName, "me")
			looptest.Equal(t, "time", looptest.Now(ctx) >= time.Second, true)
			b.Close()
		})
	})
}

// test_ssl.TestSSL.test_start_tls_client_reg_proto_1, test_start_tls_server_1
func TestStartTLS(t *testing.T) {
	eachVersion(t, func(t *testing.T, client, server *tls.Config) {
		run(t, func(ctx context.Context) {
			var near, far recorder
			client.ServerName = "localhost"
			far.onData = func(data []byte) {
				if string(data) == "STARTTLS" {
					text(far.t, "OK")
					far.onData = nil
					tasks.Go(ctx, func(ctx context.Context) (err error) {
						far.t, err = transports.StartTLS(ctx, far.t, &far, server, transports.WithServerSide())
						return err
					})
				}
			}
			a, _ := connect(ctx, &near, &far)
			text(a, "STARTTLS")
			settle(ctx)
			a, err := transports.StartTLS(ctx, a, &near, client)
			must(err)
			looptest.Equal(t, "protocol", a.Protocol() == &near, true)
			text(a, "secret")
			settle(ctx)
			text(far.t, "safe")
			far.t.Close()
			settle(ctx)
			looptest.Equal(t, "the client's protocol", near.take(), []string{"made", "data OK", "data safe", "eof", "lost nil"})
			looptest.Equal(t, "the server's protocol", far.take(), []string{"made", "data STARTTLS", "data secret", "lost nil"})
		})
	})
}

// test_ssl.TestSSL.test_create_server_ssl_over_ssl
func TestTLSOverTLS(t *testing.T) {
	eachVersion(t, func(t *testing.T, client, server *tls.Config) {
		run(t, func(ctx context.Context) {
			var near, far recorder
			client.ServerName = "localhost"
			a, b := secure(ctx, &near, &far, client, server)
			inner := tasks.Create(ctx, func(ctx context.Context) (transports.Transport, error) {
				return transports.StartTLS(ctx, b, &far, server, transports.WithServerSide())
			})
			a2, err := transports.StartTLS(ctx, a, &near, client)
			must(err)
			b2, err := inner.Await(ctx)
			must(err)
			n := 0
			far.onData = func(data []byte) { n += len(data) }
			a2.Write(make([]byte, 1<<20))
			text(b2, "hi")
			settle(ctx)
			for n < 1<<20 {
				looptest.Turns(ctx, 1)
			}
			b2.Close()
			settle(ctx)
			looptest.Equal(t, "the client's protocol", near.take(), []string{"made", "pause", "data hi", "resume", "eof", "lost nil"})
			looptest.Equal(t, "the server's protocol", far.log[len(far.log)-1], "lost nil")
		})
	})
}

func TestTLSRefusals(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var near, far recorder
		a, _ := connect(ctx, &near, &far)
		a.Close()
		_, err := transports.StartTLS(ctx, a, &near, certtest.Default().Client())
		is(t, "StartTLS of a closed connection", err, transports.ErrClosing)
		a, _ = secure(ctx, &near, &far, certtest.Default().Client(), certtest.Default().Server())
		is(t, "CloseWrite", a.CloseWrite(), errors.ErrUnsupported)
		a.Abort()
		_, err = a.Write([]byte("x"))
		is(t, "Write", err, transports.ErrClosing)
		_, err = a.WriteBuffers([][]byte{{1}})
		is(t, "WriteBuffers", err, transports.ErrClosing)
		settle(ctx)

		cfg := certtest.Default().Client()
		cfg.Renegotiation = tls.RenegotiateOnceAsClient
		s, addr := listen(ctx, func() *recorder { return new(recorder) })
		_, _, err = transports.Connect(ctx, func() *recorder { return new(recorder) }, "tcp", addr, transports.WithTLS(cfg))
		looptest.Fails(t, "renegotiation", err, "asyncio: TLS renegotiation is not supported; leave tls.Config.Renegotiation at RenegotiateNever")
		s.Close()
		for what, fn := range map[string]func(){
			"no config":    func() { transports.StartTLS(ctx, a, &near, nil) },
			"no transport": func() { transports.StartTLS(ctx, nil, &near, cfg) },
			"no time":      func() { transports.WithHandshakeTimeout(0) },
			"no time left": func() { transports.WithShutdownTimeout(-1) },
		} {
			if looptest.Panics(fn) == "" {
				t.Errorf("%s: no panic", what)
			}
		}
	})
}
