package asyncio_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
)

// onNetwork runs fn in virtual time, with a network in memory.
func onNetwork(fn func(ctx context.Context) error, opts ...memory.Option) {
	err := asyncio.Run(context.Background(), fn, runners.WithVirtualTime(),
		runners.WithLoop(eventloop.WithNetwork(memory.New(opts...))))
	if err != nil {
		fmt.Println("error:", err)
	}
}

// A server that counts, for clients that are far away. Its task has the state for itself,
// however many of them there are.
func ExampleStartServer() {
	onNetwork(func(ctx context.Context) error {
		total := 0
		s, err := asyncio.StartServer(ctx, func(ctx context.Context, r *asyncio.StreamReader, w *asyncio.StreamWriter) error {
			defer w.Close()
			for line, err := range r.Lines(ctx) {
				if err != nil {
					return err
				}
				total++
				fmt.Fprintf(w, "%d: %s", total, line)
			}
			return nil
		}, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		defer s.Close()

		ask := func(ctx context.Context, what string) (string, error) {
			r, w, err := asyncio.OpenConnection(ctx, "tcp", "localhost:7")
			if err != nil {
				return "", err
			}
			defer w.Close()
			fmt.Fprintln(w, what)
			line, err := r.ReadLine(ctx)
			return strings.TrimSpace(string(line)), err
		}
		answers, err := asyncio.Gather(ctx,
			asyncio.CreateTask(ctx, func(ctx context.Context) (string, error) { return ask(ctx, "one") }),
			asyncio.CreateTask(ctx, func(ctx context.Context) (string, error) { return ask(ctx, "two") }),
		).Await(ctx)
		fmt.Printf("%q %v after %v\n", answers, err, asyncio.RunningLoop(ctx).Time())
		return nil
	}, memory.WithLatency(50*time.Millisecond))
	// Output: ["1: one" "2: two"] <nil> after 200ms
}

// shouter is a protocol that sends back what it receives, in capitals.
type shouter struct{ t asyncio.Transport }

func (s *shouter) ConnectionMade(t asyncio.Transport) { s.t = t }
func (s *shouter) DataReceived(data []byte)           { fmt.Fprint(s.t, strings.ToUpper(string(data))) }
func (s *shouter) EOFReceived() bool                  { return false }
func (s *shouter) ConnectionLost(error)               {}

// printer is a protocol that prints what it receives, until that ends.
type printer struct{ end *asyncio.Future[struct{}] }

func (p *printer) ConnectionMade(t asyncio.Transport) {
	fmt.Fprint(t, "hello")
	t.CloseWrite()
}
func (p *printer) DataReceived(data []byte) { fmt.Printf("%s\n", data) }
func (p *printer) EOFReceived() bool        { return false }
func (p *printer) ConnectionLost(error)     { p.end.SetResult(struct{}{}) }

// A server and a client without tasks of their own.
func ExampleCreateServer() {
	onNetwork(func(ctx context.Context) error {
		s, err := asyncio.CreateServer(ctx, func() *shouter { return new(shouter) }, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		defer s.Close()
		_, p, err := asyncio.CreateConnection(ctx, func() *printer {
			return &printer{asyncio.NewFuture[struct{}](ctx)}
		}, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		_, err = p.end.Await(ctx)
		return err
	})
	// Output: HELLO
}

// ponger answers each datagram.
type ponger struct {
	t   asyncio.DatagramTransport
	got *asyncio.Queue[string]
}

func (p *ponger) ConnectionMade(t asyncio.DatagramTransport) { p.t = t }
func (p *ponger) DatagramReceived(data []byte, from net.Addr) {
	p.got.TryPut(string(data))
	if string(data) == "ping" {
		p.t.SendTo([]byte("pong"), from)
	}
}
func (p *ponger) ErrorReceived(error)  {}
func (p *ponger) ConnectionLost(error) {}

func ExampleCreateDatagramEndpoint() {
	onNetwork(func(ctx context.Context) error {
		newPonger := func() *ponger { return &ponger{got: asyncio.NewQueue[string](0)} }
		server, _, err := asyncio.CreateDatagramEndpoint(ctx, newPonger, "udp", "localhost:7", "")
		if err != nil {
			return err
		}
		defer server.Close()
		client, p, err := asyncio.CreateDatagramEndpoint(ctx, newPonger, "udp", "", "localhost:7")
		if err != nil {
			return err
		}
		defer client.Close()
		client.SendTo([]byte("ping"), nil)
		answer, err := p.got.Get(ctx)
		fmt.Println(answer, err)
		return nil
	})
	// Output: pong <nil>
}
