package transports_test

// Examples of connections and servers.

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// example runs main on a network in memory, in virtual time.
func example(main func(ctx context.Context) error) {
	err := runners.Run(context.Background(), main, runners.WithVirtualTime(),
		runners.WithLoop(eventloop.WithNetwork(memory.New())))
	if err != nil {
		fmt.Println(err)
	}
}

// shouter sends back what it receives, in capitals.
type shouter struct{ t transports.Transport }

func (s *shouter) ConnectionMade(t transports.Transport) { s.t = t }
func (s *shouter) DataReceived(data []byte)              { fmt.Fprint(s.t, strings.ToUpper(string(data))) }
func (s *shouter) EOFReceived() bool                     { return false }
func (s *shouter) ConnectionLost(err error)              { fmt.Println("the client has left:", err) }

// printer prints what it receives, and then closes.
type printer struct{ t transports.Transport }

func (p *printer) ConnectionMade(t transports.Transport) { p.t = t }
func (p *printer) DataReceived(data []byte)              { fmt.Printf("%s\n", data); p.t.Close() }
func (p *printer) EOFReceived() bool                     { return false }
func (p *printer) ConnectionLost(error)                  {}

// A protocol is called with what arrives; a transport takes what is to be sent.
func Example() {
	example(func(ctx context.Context) error {
		s, err := transports.Listen(ctx, func() *shouter { return &shouter{} }, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		t, _, err := transports.Connect(ctx, func() *printer { return &printer{} }, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		fmt.Fprint(t, "hello")
		if err := tasks.Sleep(ctx, time.Second); err != nil {
			return err
		}
		s.Close()
		return s.WaitClosed(ctx)
	})
	// Output:
	// HELLO
	// the client has left: <nil>
}

// Addresses that nobody answers at are an error that unwraps to all of theirs.
func ExampleConnect() {
	example(func(ctx context.Context) error {
		_, _, err := transports.Connect(ctx, func() *printer { return &printer{} }, "tcp", "localhost:7")
		var all *transports.ConnectError
		if errors.As(err, &all) {
			fmt.Println(len(all.Errors), "addresses were tried")
		}
		fmt.Println(errors.Is(err, syscall.ECONNREFUSED))
		return nil
	})
	// Output:
	// 2 addresses were tried
	// true
}

// Several addresses are tried at a time, with a quarter of a second between them.
func ExampleWithHappyEyeballs() {
	example(func(ctx context.Context) error {
		s, err := transports.Listen(ctx, func() *shouter { return &shouter{} }, "tcp", "127.0.0.1:7")
		if err != nil {
			return err
		}
		t, _, err := transports.Connect(ctx, func() *printer { return &printer{} }, "tcp", "localhost:7",
			transports.WithHappyEyeballs(250*time.Millisecond))
		if err != nil {
			return err
		}
		fmt.Println(t.RemoteAddr())
		t.Close()
		s.Close()
		return s.WaitClosed(ctx)
	})
	// Output:
	// 127.0.0.1:7
	// the client has left: <nil>
}

// A task serves until it is cancelled, and then waits for the clients that are left.
func ExampleServer_Serve() {
	example(func(ctx context.Context) error {
		s, err := transports.Listen(ctx, func() *shouter { return &shouter{} }, "tcp", ":7")
		if err != nil {
			return err
		}
		serve := tasks.Go(ctx, s.Serve)
		t, _, err := transports.Connect(ctx, func() *printer { return &printer{} }, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		tasks.Sleep(ctx, time.Second)
		serve.Cancel()
		tasks.Sleep(ctx, time.Second)
		fmt.Println("serving:", s.IsServing(), "done:", serve.Done())
		t.Close()
		_, err = serve.Await(ctx)
		fmt.Println(err)
		return nil
	})
	// Output:
	// serving: false done: false
	// the client has left: <nil>
	// asyncio: cancelled
}

// A server that is to end soon does not wait for its clients to leave.
func ExampleServer_CloseClients() {
	example(func(ctx context.Context) error {
		s, err := transports.Listen(ctx, func() *shouter { return &shouter{} }, "tcp", ":7")
		if err != nil {
			return err
		}
		if _, _, err := transports.Connect(ctx, func() *printer { return &printer{} }, "tcp", "localhost:7"); err != nil {
			return err
		}
		tasks.Sleep(ctx, time.Second)
		s.Close()
		s.CloseClients() // AbortClients would not even send what is left
		return s.WaitClosed(ctx)
	})
	// Output:
	// the client has left: <nil>
}

// A server that does not accept anything yet has its address already.
func ExampleWithoutStart() {
	example(func(ctx context.Context) error {
		s, err := transports.Listen(ctx, func() *shouter { return &shouter{} }, "tcp", "localhost:7",
			transports.WithoutStart(), transports.WithSocketOptions(network.Options{Backlog: 10}))
		if err != nil {
			return err
		}
		fmt.Println(s.Addrs(), s.IsServing())
		if err := s.Start(ctx); err != nil {
			return err
		}
		fmt.Println(s.IsServing())
		s.Close()
		return nil
	})
	// Output:
	// [127.0.0.1:7 [::1]:7] false
	// true
}

// What network.Network has made can be given a protocol.
func ExampleConnectAccepted() {
	example(func(ctx context.Context) error {
		n := eventloop.FromContext(ctx).Network()
		l, err := n.Listen(ctx, &net.UnixAddr{Name: "/run/shouter", Net: "unix"}, network.Options{})
		if err != nil {
			return err
		}
		defer l.Close()
		near, err := n.Dial(ctx, l.Addr(), network.Options{})
		if err != nil {
			return err
		}
		far, err := l.Accept()
		if err != nil {
			return err
		}
		if _, _, err := transports.ConnectAccepted(ctx, func() *shouter { return &shouter{} }, far); err != nil {
			return err
		}
		t, _, err := transports.ConnectConn(ctx, func() *printer { return &printer{} }, near)
		if err != nil {
			return err
		}
		fmt.Fprint(t, "hello")
		return tasks.Sleep(ctx, time.Second)
	})
	// Output:
	// HELLO
	// the client has left: <nil>
}
