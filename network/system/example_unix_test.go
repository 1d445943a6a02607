//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system_test

import (
	"context"
	"fmt"
	"net"

	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/system"
	"github.com/goasyncio/asyncio/runners"
)

func ExampleNew() {
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		n := system.New()
		addrs, err := n.Resolve(ctx, "tcp4", "127.0.0.1", "0", true)
		if err != nil {
			return err
		}
		l, err := n.Listen(ctx, addrs[0], network.Options{})
		if err != nil {
			return err
		}
		defer l.Close()
		c, err := n.Dial(ctx, l.Addr(), network.Options{})
		if err != nil {
			return err
		}
		defer c.Close()
		_, err = c.Read(make([]byte, 1))
		fmt.Println(err == network.ErrWouldBlock, c.RemoteAddr().(*net.TCPAddr).IP)
		return nil
	})
	fmt.Println(err)
	// Output:
	// true 127.0.0.1
	// <nil>
}
