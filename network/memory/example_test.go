package memory_test

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// A connection over a network that takes its time, in no time.
func Example() {
	n := memory.New(memory.WithHost("db"), memory.WithHost("web"), memory.WithLatency(10*time.Millisecond))
	main := func(ctx context.Context) error {
		loop := eventloop.FromContext(ctx)
		listener, err := n.Listen(memory.On(ctx, "db"), &net.TCPAddr{Port: 5432}, network.Options{})
		if err != nil {
			return err
		}
		defer listener.Close()
		addrs, err := n.Resolve(ctx, "tcp", "db", "5432", false)
		if err != nil {
			return err
		}
		conn, err := n.Dial(memory.On(ctx, "web"), addrs[0], network.Options{})
		if err != nil {
			return err
		}
		defer conn.Close()
		fmt.Println(loop.Time(), conn.LocalAddr(), "to", conn.RemoteAddr())

		served, err := listener.Accept()
		if err != nil {
			return err
		}
		defer served.Close()
		conn.Write([]byte("hello"))
		_, err = served.Read(make([]byte, 16))
		fmt.Println(loop.Time(), err == network.ErrWouldBlock)

		if err := tasks.Sleep(ctx, 10*time.Millisecond); err != nil {
			return err
		}
		p := make([]byte, 16)
		k, err := served.Read(p)
		fmt.Println(loop.Time(), string(p[:k]), err)
		return nil
	}
	err := runners.Run(context.Background(), main,
		runners.WithVirtualTime(), runners.WithLoop(eventloop.WithNetwork(n)))
	fmt.Println(err)
	// Output:
	// 20ms 10.0.0.2:32768 to 10.0.0.1:5432
	// 20ms true
	// 30ms hello <nil>
	// <nil>
}
