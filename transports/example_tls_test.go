package transports_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// The configurations of a server called localhost, and of a client that trusts it.
var (
	serverConfig = certtest.Default().Server()
	clientConfig = certtest.Default().Client()
)

// A connection with TLS is a transport as any other.
func ExampleWithTLS() {
	example(func(ctx context.Context) error {
		s, err := transports.Listen(ctx, func() *shouter { return &shouter{} }, "tcp", "localhost:443",
			transports.WithTLS(serverConfig))
		if err != nil {
			return err
		}
		t, _, err := transports.Connect(ctx, func() *printer { return &printer{} }, "tcp", "localhost:443",
			transports.WithTLS(clientConfig))
		if err != nil {
			return err
		}
		state, _ := t.ConnectionState()
		fmt.Println(tls.VersionName(state.Version), state.PeerCertificates[0].Subject.CommonName)
		fmt.Fprint(t, "hello")
		if err := tasks.Sleep(ctx, time.Second); err != nil {
			return err
		}
		s.Close()
		return s.WaitClosed(ctx)
	})
	// Output:
	// TLS 1.3 localhost
	// HELLO
	// the client has left: <nil>
}

// upgrader is a server's protocol: TLS begins when the client asks for it.
type upgrader struct {
	t      transports.Transport
	secure bool
}

func (u *upgrader) ConnectionMade(t transports.Transport) { u.t = t }
func (u *upgrader) EOFReceived() bool                     { return false }
func (u *upgrader) ConnectionLost(err error)              { fmt.Println("the client has left:", err) }

func (u *upgrader) DataReceived(data []byte) {
	if u.secure {
		fmt.Fprintf(u.t, "%s, in secret", data)
		return
	}
	u.t.PauseReading() // the next bytes are for TLS
	fmt.Fprint(u.t, "go ahead")
	tasks.Go(u.t.Context(), func(ctx context.Context) (err error) {
		u.secure = true
		u.t, err = transports.StartTLS(ctx, u.t, u, serverConfig, transports.WithServerSide())
		return err
	})
}

// caller is the client's.
type caller struct{}

func (c *caller) ConnectionMade(transports.Transport) {}
func (c *caller) DataReceived(data []byte)            { fmt.Printf("%s\n", data) }
func (c *caller) EOFReceived() bool                   { return false }
func (c *caller) ConnectionLost(error)                {}

// A connection becomes secure in the middle of the talk.
func ExampleStartTLS() {
	example(func(ctx context.Context) error {
		s, err := transports.Listen(ctx, func() *upgrader { return &upgrader{} }, "tcp", "localhost:25")
		if err != nil {
			return err
		}
		t, c, err := transports.Connect(ctx, func() *caller { return &caller{} }, "tcp", "localhost:25")
		if err != nil {
			return err
		}
		fmt.Fprint(t, "STARTTLS")
		tasks.Sleep(ctx, time.Second)

		cfg := clientConfig.Clone()
		cfg.ServerName = "localhost" // whom this is to be
		if t, err = transports.StartTLS(ctx, t, c, cfg); err != nil {
			return err
		}
		fmt.Fprint(t, "hello")
		tasks.Sleep(ctx, time.Second)
		t.Close()
		s.Close()
		return s.WaitClosed(ctx)
	})
	// Output:
	// go ahead
	// hello, in secret
	// the client has left: <nil>
}

// Code that was written for package net, in tasks: here that of net/http for what goes
// over a connection.
func ExampleListenNet() {
	example(func(ctx context.Context) error {
		l, err := transports.ListenNet(ctx, "tcp", "localhost:80")
		if err != nil {
			return err
		}
		serve := func(ctx context.Context) error {
			c, err := l.Accept()
			if err != nil {
				return err
			}
			defer c.Close()
			req, err := http.ReadRequest(bufio.NewReader(c))
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(req.URL.Path), req.URL.Path)
			return err
		}
		server := tasks.Go(ctx, serve)

		c, err := transports.DialNet(ctx, "tcp", "localhost:80")
		if err != nil {
			return err
		}
		defer c.Close()
		req, err := http.NewRequest("GET", "http://localhost/hello", nil)
		if err != nil {
			return err
		}
		if err := req.Write(c); err != nil {
			return err
		}
		res, err := http.ReadResponse(bufio.NewReader(c), req)
		if err != nil {
			return err
		}
		var body strings.Builder
		_, err = bufio.NewReader(res.Body).WriteTo(&body)
		fmt.Println(res.Status, body.String(), err)
		l.Close()
		_, err = server.Await(ctx)
		return err
	})
	// Output:
	// 200 OK /hello <nil>
}

// A connection of a protocol goes over to code that reads and writes.
func ExampleNewNetConn() {
	example(func(ctx context.Context) error {
		s, err := transports.Listen(ctx, func() *shouter { return &shouter{} }, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		t, _, err := transports.Connect(ctx, func() *printer { return &printer{} }, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		c := transports.NewNetConn(t)
		c.SetReadDeadline(time.Now().Add(time.Second)) // by the loop's clock
		fmt.Fprint(c, "hello\n")
		line, err := bufio.NewReader(c).ReadString('\n')
		fmt.Printf("%q %v\n", line, err)
		_, err = c.Read(make([]byte, 1))
		fmt.Println(err)
		c.Close()
		s.Close()
		return s.WaitClosed(ctx)
	})
	// Output:
	// "HELLO\n" <nil>
	// read tcp 127.0.0.1:32768->127.0.0.1:7: i/o timeout
	// the client has left: <nil>
}
