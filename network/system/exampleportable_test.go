package system_test

import (
	"context"
	"fmt"
	"net"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/system"
	"github.com/goasyncio/asyncio/runners"
)

// A loop that has the portable network on every system.
func ExamplePortable() {
	n := system.Portable()
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		l, err := n.Listen(ctx, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, network.Options{})
		if err != nil {
			return err
		}
		defer l.Close()
		c, err := n.Dial(ctx, l.Addr(), network.Options{})
		if err != nil {
			return err
		}
		defer c.Close()
		fmt.Println(c.RemoteAddr().String() == l.Addr().String())
		return nil
	}, runners.WithLoop(eventloop.WithNetwork(n)))
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}
