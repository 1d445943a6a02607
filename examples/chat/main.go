// Chat is a server for people to talk to each other with nc or telnet.
//
//	chat [ADDRESS]
//
// The first line that somebody sends is the name, which nobody else may have; each
// further one goes to all others. Who takes nothing of what is said for too long is
// thrown out: a server must not keep it for those for ever.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/runners"
)

func main() {
	flag.Parse()
	address := "127.0.0.1:0"
	if flag.NArg() > 0 {
		address = flag.Arg(0)
	}
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		return serve(ctx, os.Stdout, address)
	}, runners.WithInterrupt())
	if err != nil && err != asyncio.ErrInterrupted {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve lets people talk until the task is cancelled, and writes where to out.
func serve(ctx context.Context, out io.Writer, address string) error {
	room := room{members: make(map[string]*member)}
	s, err := asyncio.StartServer(ctx, room.visit, "tcp", address, asyncio.WithLimit(maxLine))
	if err != nil {
		return err
	}
	fmt.Fprintln(out, s.Addrs()[0])
	// Serve would wait until all have gone by themselves.
	defer s.AbortClients()
	defer s.Close()
	_, err = asyncio.NewFuture[struct{}](ctx).Await(ctx)
	return err
}
