package system_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network/system"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/threads"
	"github.com/goasyncio/asyncio/timeouts"
	"github.com/goasyncio/asyncio/transports"
)

// echo is a goroutine's end of a connection.
func echo(c net.Conn) {
	io.Copy(c, c)
	c.Close()
}

// discard is a protocol that receives nothing yet.
type discard struct{}

func (discard) ConnectionMade(transports.Transport) {}
func (discard) DataReceived([]byte)                 {}
func (discard) EOFReceived() bool                   { return false }
func (discard) ConnectionLost(error)                {}

// A connection of package net, at the other end of which there is a goroutine.
func ExampleFromConn() {
	near, far := net.Pipe()
	go echo(far)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		conn, err := system.FromConn(ctx, near)
		if err != nil {
			return err
		}
		t, _, err := transports.ConnectConn(ctx, func() discard { return discard{} }, conn)
		if err != nil {
			return err
		}
		c := transports.NewNetConn(t)
		defer c.Close()
		fmt.Fprint(c, "hello")
		p := make([]byte, 10)
		n, err := c.Read(p)
		fmt.Printf("%s %v\n", p[:n], err)
		return nil
	})
	fmt.Println(err)
	// Output:
	// hello <nil>
	// <nil>
}

// crypto/tls on a goroutine at the other end, in both roles.
func TestFromConnTLS(t *testing.T) {
	for _, server := range []bool{false, true} {
		leak.Check(t)
		near, far := net.Pipe()
		client := certtest.Default().Client()
		client.ServerName = "localhost"
		theirs := tls.Server(far, certtest.Default().Server())
		if server {
			theirs = tls.Client(far, client)
		}
		err := runners.Run(context.Background(), func(ctx context.Context) error {
			return timeouts.Run(ctx, time.Minute, func(ctx context.Context) error {
				go echo(theirs)
				conn, err := system.FromConn(ctx, near)
				if err != nil {
					return err
				}
				connect, cfg := transports.ConnectConn[discard], client
				if server {
					connect, cfg = transports.ConnectAccepted[discard], certtest.Default().Server()
				}
				tr, _, err := connect(ctx, func() discard { return discard{} }, conn, transports.WithTLS(cfg))
				if err != nil {
					return err
				}
				c := transports.NewNetConn(tr)
				if _, err := c.Write(make([]byte, 10<<10)); err != nil {
					return err
				}
				n, err := io.ReadFull(c, make([]byte, 10<<10))
				looptest.Outcome(t, "ReadFull", n, err, 10<<10)
				return c.Close()
			})
		})
		looptest.Fails(t, "the run", err, "nil")
	}
}

func TestFromConnEnds(t *testing.T) {
	leak.Check(t)
	near, far := net.Pipe()
	var closed context.Context
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		closed = eventloop.FromContext(ctx).Context(ctx)
		conn, err := system.FromConn(ctx, near)
		if err != nil {
			return err
		}
		looptest.Equal(t, "CloseWrite", errors.Is(conn.CloseWrite(), errors.ErrUnsupported), true)
		conn.Close()
		_, err = threads.ToThread(ctx, func(context.Context) (int, error) { return far.Read(make([]byte, 1)) })
		looptest.Equal(t, "Read of the other end", err == io.EOF, true)
		return nil
	})
	looptest.Fails(t, "the run", err, "nil")
	near, far = net.Pipe()
	_, err = system.FromConn(closed, near)
	looptest.Equal(t, "FromConn on a closed loop", errors.Is(err, eventloop.ErrLoopClosed), true)
	_, err = far.Read(make([]byte, 1))
	looptest.Equal(t, "the other end", err == io.EOF, true)
}
