// Echo is a server that sends back what it receives, until the client has said that
// nothing more comes.
//
//	echo [-protocol] [-tls] PORT
//
// It listens at the port of the loopback address, at one that is free if PORT is 0, and
// prints where. With -protocol it does without tasks, as a transports.Protocol; with -tls
// it talks TLS, with a certificate that it makes for itself.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/runners"
)

func main() {
	protocol := flag.Bool("protocol", false, "use a protocol in place of streams")
	secure := flag.Bool("tls", false, "talk TLS")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: echo [-protocol] [-tls] PORT")
		os.Exit(2)
	}
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		return serve(ctx, os.Stdout, flag.Arg(0), *protocol, *secure)
	}, runners.WithInterrupt())
	if err != nil && err != asyncio.ErrInterrupted {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve serves at a port until the task is cancelled, and writes where to out.
func serve(ctx context.Context, out io.Writer, port string, protocol, secure bool) error {
	var opts []asyncio.ConnectionOption
	if secure {
		cfg, err := selfSigned()
		if err != nil {
			return err
		}
		opts = append(opts, asyncio.WithTLS(cfg))
	}
	start := startStreams
	if protocol {
		start = startProtocol
	}
	s, err := start(ctx, net.JoinHostPort("127.0.0.1", port), opts)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, s.Addrs()[0])
	return s.Serve(ctx)
}

// startStreams starts a server with a task for each connection.
func startStreams(ctx context.Context, address string, opts []asyncio.ConnectionOption) (*asyncio.Server, error) {
	return asyncio.StartServer(ctx, func(ctx context.Context, r *asyncio.StreamReader, w *asyncio.StreamWriter) error {
		defer w.Close()
		p := make([]byte, 64<<10)
		for {
			n, err := r.ReadInto(ctx, p)
			if err != nil {
				return ended(err)
			}
			w.Write(p[:n])
			if err := w.Drain(ctx); err != nil {
				return ended(err)
			}
		}
	}, "tcp", address, opts...)
}
