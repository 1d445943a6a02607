package transports_test

// Code of the standard library over connections of the loop.

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// accept starts a task for each connection of a listener.
func accept(ctx context.Context, fn func(c net.Conn) error, opts ...transports.Option) *transports.NetListener {
	l, err := transports.ListenNet(ctx, "tcp", "127.0.0.1:0", opts...)
	must(err)
	tasks.Go(ctx, func(ctx context.Context) error {
		for {
			c, err := l.Accept()
			if err != nil {
				return nil
			}
			tasks.Go(ctx, func(context.Context) error {
				defer c.Close()
				return fn(c)
			})
		}
	})
	return l
}

// dial connects to a listener.
func dial(ctx context.Context, l *transports.NetListener, opts ...transports.Option) *transports.NetConn {
	c, err := transports.DialNet(ctx, "tcp", l.Addr().String(), opts...)
	must(err)
	return c
}

func TestNetConnHTTP(t *testing.T) {
	leak.Check(t)
	for _, secured := range []bool{false, true} {
		var near, far []transports.Option
		if secured {
			near = append(near, transports.WithTLS(certtest.Default().Client()))
			far = append(far, transports.WithTLS(certtest.Default().Server()))
		}
		run(t, func(ctx context.Context) {
			l := accept(ctx, func(c net.Conn) error {
				r := bufio.NewReader(c)
				for {
					req, err := http.ReadRequest(r)
					if err == io.EOF {
						return nil
					}
					must(err)
					body, err := io.ReadAll(req.Body)
					must(err)
					res := http.Response{ProtoMajor: 1, ProtoMinor: 1, StatusCode: 200, ContentLength: -1,
						Body: io.NopCloser(strings.NewReader(strings.ToUpper(string(body)))), TransferEncoding: []string{"chunked"}}
					must(res.Write(c))
				}
			}, far...)
			c := dial(ctx, l, near...)
			r := bufio.NewReader(c)
			for _, text := range []string{"one", strings.Repeat("two", 100000)} {
				req, err := http.NewRequest("POST", "http://example.com/", strings.NewReader(text))
				must(err)
				must(req.Write(c))
				res, err := http.ReadResponse(r, req)
				must(err)
				body, err := io.ReadAll(res.Body)
				looptest.Outcome(t, "body", string(body), err, strings.ToUpper(text))
			}
			c.Close()
			l.Close()
			must(l.Server().WaitClosed(ctx))
		})
	}
}

// smtp.NewClient, and the STARTTLS of package smtp by a tls.Conn in a task.
func TestNetConnSMTP(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var letter []string
		l := accept(ctx, func(c net.Conn) error {
			tp := textproto.NewConn(c)
			must(tp.PrintfLine("220 ready"))
			for {
				line, err := tp.ReadLine()
				if err != nil {
					return err
				}
				switch strings.Fields(line)[0] {
				case "EHLO":
					must(tp.PrintfLine("250-hi\r\n250 STARTTLS"))
				case "STARTTLS":
					must(tp.PrintfLine("220 go ahead"))
					tp = textproto.NewConn(tls.Server(c, certtest.Default().Server()))
				case "DATA":
					must(tp.PrintfLine("354 go ahead"))
					letter, err = tp.ReadDotLines()
					must(err)
					must(tp.PrintfLine("250 thanks"))
				case "QUIT":
					must(tp.PrintfLine("221 bye"))
					return tp.Close()
				default:
					must(tp.PrintfLine("250 ok"))
				}
			}
		})
		c, err := smtp.NewClient(dial(ctx, l), "localhost")
		must(err)
		cfg := certtest.Default().Client()
		cfg.ServerName = "localhost"
		must(c.StartTLS(cfg))
		must(c.Mail("a@example.com"))
		must(c.Rcpt("b@example.com"))
		w, err := c.Data()
		must(err)
		_, err = io.WriteString(w, "Subject: hello\r\n\r\n.dot\r\n")
		must(err)
		must(w.Close())
		must(c.Quit())
		looptest.Equal(t, "letter", letter, []string{"Subject: hello", "", ".dot"})
		l.Close()
		must(l.Server().WaitClosed(ctx))
	})
}

// tlsOver returns both ends of a tls.Conn over NetConns, after the handshake.
func tlsOver(ctx context.Context) (a, b *tls.Conn) {
	near, far := netPair(ctx, false)
	cfg := certtest.Default().Client()
	cfg.ServerName = "localhost"
	a, b = tls.Client(near, cfg), tls.Server(far, certtest.Default().Server())
	must(both(ctx,
		func(context.Context) error { return a.Handshake() },
		func(context.Context) error { return b.Handshake() }))
	return a, b
}

// A read that is cancelled, or whose deadline has passed, does not spoil a tls.Conn.
func TestNetConnTLSCancelledRead(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		a, b := tlsOver(ctx)
		p := make([]byte, 10)
		for range 3 {
			reader := tasks.Go(ctx, func(context.Context) error {
				_, err := a.Read(p)
				return err
			})
			settle(ctx)
			reader.Cancel("enough")
			_, err := reader.Await(ctx)
			looptest.Fails(t, "the reader", err, "cancelled(enough)")
			a.SetReadDeadline(time.Now().Add(time.Second))
			_, err = a.Read(p)
			timedOut(t, "Read", err)
			a.SetReadDeadline(time.Time{})
			_, err = b.Write([]byte("x"))
			must(err)
			n, err := a.Read(p)
			looptest.Outcome(t, "Read", string(p[:n]), err, "x")
		}
		a.Close()
		_, err := b.Read(p)
		is(t, "the end", err, io.EOF)
		b.Close()
	})
}

// One task that reads and one that writes, at both ends.
func TestNetConnTLSTwoTasks(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		a, b := tlsOver(ctx)
		var all []func(context.Context) error
		for _, c := range []*tls.Conn{a, b} {
			all = append(all,
				func(context.Context) error {
					_, err := c.Write(make([]byte, 1<<20))
					must(err)
					return c.CloseWrite()
				},
				func(context.Context) error {
					n, err := io.Copy(io.Discard, c)
					looptest.Outcome(t, "Copy", n, err, 1<<20)
					return err
				})
		}
		must(both(ctx, all...))
		a.Close()
		b.Close()
	})
}

// HandshakeContext closes the connection from another goroutine when its ctx ends.
func TestNetConnHandshakeContext(t *testing.T) {
	leak.Check(t)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		defer eventloop.FromContext(ctx).Hold()() // that goroutine is nothing the loop knows of
		near, far := netPair(ctx, false)
		cfg := certtest.Default().Client()
		cfg.ServerName = "localhost"
		task := tasks.Go(ctx, func(ctx context.Context) error { return tls.Client(near, cfg).HandshakeContext(ctx) })
		settle(ctx)
		task.Cancel()
		_, err := task.Await(ctx)
		looptest.Equal(t, "the handshake is cancelled", errors.Is(err, context.Canceled), true)
		n, err := io.Copy(io.Discard, far)
		looptest.Equal(t, "the hello, and the end", n > 0 && err == nil, true)
		far.Close()
		return nil
	}, on(memory.New()))
	looptest.Fails(t, "the run", err, "nil")
}
