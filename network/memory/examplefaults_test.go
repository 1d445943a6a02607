package memory_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// connect returns the two ends of a connection from web to db.
func connect(ctx context.Context, n *memory.Network) (web, db network.Conn, err error) {
	l, err := n.Listen(memory.On(ctx, "db"), &net.TCPAddr{Port: 5432}, network.Options{})
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	addrs, err := n.Resolve(ctx, "tcp", "db", "5432", false)
	if err != nil {
		return nil, nil, err
	}
	if web, err = n.Dial(memory.On(ctx, "web"), addrs[0], network.Options{}); err != nil {
		return nil, nil, err
	}
	db, err = l.Accept()
	return web, db, err
}

// What is sent while two machines are cut off arrives when they are not any more.
func ExampleNetwork_Partition() {
	n := memory.New(memory.WithHost("web"), memory.WithHost("db"))
	runners.Run(context.Background(), func(ctx context.Context) error {
		web, db, err := connect(ctx, n)
		if err != nil {
			return err
		}
		p := make([]byte, 16)
		n.Partition("web", "db")
		web.Write([]byte("query"))
		tasks.Sleep(ctx, time.Hour)
		_, err = db.Read(p)
		fmt.Println(err == network.ErrWouldBlock)

		n.Heal("web", "db")
		k, err := db.Read(p)
		fmt.Println(string(p[:k]), err)
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// true
	// query <nil>
}

// Both ends of a connection see that it is broken.
func ExampleNetwork_Reset() {
	n := memory.New(memory.WithHost("web"), memory.WithHost("db"))
	runners.Run(context.Background(), func(ctx context.Context) error {
		web, db, err := connect(ctx, n)
		if err != nil {
			return err
		}
		n.Reset(web)
		_, err = db.Read(make([]byte, 16))
		fmt.Println(err, errors.Is(err, syscall.ECONNRESET))
		return nil
	}, runners.WithVirtualTime())
	// Output: read tcp 10.0.0.2:5432->10.0.0.1:32768: read: connection reset by peer true
}

// The latency may differ from one direction to the other, and change.
func ExampleWithLatencyFunc() {
	slow := time.Millisecond
	n := memory.New(memory.WithHost("web"), memory.WithHost("db"),
		memory.WithLatencyFunc(func(from, to net.Addr) time.Duration { return slow }))
	runners.Run(context.Background(), func(ctx context.Context) error {
		web, db, err := connect(ctx, n)
		if err != nil {
			return err
		}
		slow = time.Minute
		web.Write([]byte("query"))
		for _, d := range []time.Duration{time.Minute - 1, 1} {
			tasks.Sleep(ctx, d)
			k, _ := db.Read(make([]byte, 16))
			fmt.Println(k)
		}
		return nil
	}, runners.WithVirtualTime())
	// Output:
	// 0
	// 5
}
