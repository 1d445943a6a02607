package streams_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// online runs fn in virtual time, with a network in memory.
func online(fn func(ctx context.Context) error) {
	err := runners.Run(context.Background(), fn, runners.WithVirtualTime(),
		runners.WithLoop(eventloop.WithNetwork(memory.New())))
	if err != nil {
		fmt.Println("error:", err)
	}
}

// greet is the server of the examples.
func greet(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
	defer w.Close()
	for line, err := range r.Lines(ctx) {
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "hello %s", line)
		if err := w.Drain(ctx); err != nil {
			return err
		}
	}
	return nil
}

func ExampleOpenConnection() {
	online(func(ctx context.Context) error {
		s, err := streams.StartServer(ctx, greet, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		defer s.Close()

		r, w, err := streams.OpenConnection(ctx, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		defer w.Close()
		fmt.Fprintln(w, "world")
		line, err := r.ReadLine(ctx)
		fmt.Printf("%s from %v, %v\n", line[:len(line)-1], w.RemoteAddr(), err)
		return nil
	})
	// Output: hello world from 127.0.0.1:7, <nil>
}

// A server ends with the task that is in Serve, when its connections have.
func ExampleStartServer() {
	online(func(ctx context.Context) error {
		server := tasks.Go(ctx, func(ctx context.Context) error {
			s, err := streams.StartServer(ctx, greet, "unix", "/run/greet")
			if err != nil {
				return err
			}
			return s.Serve(ctx)
		})
		if err := tasks.Sleep(ctx, time.Second); err != nil {
			return err
		}
		r, w, err := streams.OpenConnection(ctx, "unix", "/run/greet")
		if err != nil {
			return err
		}
		w.Write([]byte("one\ntwo\n"))
		w.CloseWrite()
		all, err := r.Read(ctx, -1)
		fmt.Printf("%q %v\n", all, err)
		w.Close()

		server.Cancel()
		_, err = server.Await(ctx)
		fmt.Println(err, server.Cancelled())
		return nil
	})
	// Output:
	// "hello one\nhello two\n" <nil>
	// asyncio: cancelled true
}

// A server that sends faster than the client reads is held up by Drain, and holds no more
// than its high-water mark.
func ExampleWriter_Drain() {
	online(func(ctx context.Context) error {
		sent := 0
		s, err := streams.StartServer(ctx, func(ctx context.Context, _ *streams.Reader, w *streams.Writer) error {
			defer w.Close()
			for range 1000 {
				n, _ := w.Write(make([]byte, 10<<10))
				sent += n
				if err := w.Drain(ctx); err != nil {
					return err
				}
			}
			return nil
		}, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		defer s.Close()
		r, w, err := streams.OpenConnection(ctx, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		defer w.Close()
		if err := tasks.Sleep(ctx, time.Hour); err != nil {
			return err
		}
		fmt.Println("after an hour:", sent < 400<<10)
		all, err := r.Read(ctx, -1)
		fmt.Println("in the end:", len(all) == 1000*10<<10, err)
		return nil
	})
	// Output:
	// after an hour: true
	// in the end: true <nil>
}

// A talk that begins in the clear.
func ExampleWriter_StartTLS() {
	authority := certtest.Default()
	online(func(ctx context.Context) error {
		s, err := streams.StartServer(ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			defer w.Close()
			if _, err := r.ReadLine(ctx); err != nil {
				return err
			}
			w.Write([]byte("go on\n"))
			if err := w.StartTLS(ctx, authority.Server()); err != nil {
				return err
			}
			return greet(ctx, r, w)
		}, "tcp", "localhost:25")
		if err != nil {
			return err
		}
		defer s.Close()

		r, w, err := streams.OpenConnection(ctx, "tcp", "localhost:25")
		if err != nil {
			return err
		}
		defer w.Close()
		fmt.Fprintln(w, "STARTTLS")
		if _, err := r.ReadLine(ctx); err != nil {
			return err
		}
		if err := w.StartTLS(ctx, &tls.Config{RootCAs: authority.Pool, ServerName: "localhost"}); err != nil {
			return err
		}
		fmt.Fprintln(w, "secret")
		line, err := r.ReadLine(ctx)
		state, _ := w.ConnectionState()
		fmt.Printf("%q by %s, %v\n", line, tls.VersionName(state.Version), err)
		return nil
	})
	// Output: "hello secret\n" by TLS 1.3, <nil>
}

// One piece of memory does for a whole connection.
func ExampleReader_ReadInto() {
	main(func(ctx context.Context, r *streams.Reader) error {
		p := make([]byte, 4)
		for {
			n, err := r.ReadInto(ctx, p)
			if err == io.EOF {
				return nil
			}
			fmt.Printf("%q %v\n", p[:n], err)
		}
	}, "hello", "you")
	// Output:
	// "hell" <nil>
	// "o" <nil>
	// "you" <nil>
}

// A line that is too long is an error, and not memory used up.
func ExampleWithLimit() {
	online(func(ctx context.Context) error {
		s, err := streams.StartServer(ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			defer w.Close()
			_, err := r.ReadLine(ctx)
			var long *streams.LineTooLongError
			fmt.Println(errors.As(err, &long), err)
			return nil
		}, "tcp", "localhost:7", streams.WithLimit(16))
		if err != nil {
			return err
		}
		defer s.Close()
		_, w, err := streams.OpenConnection(ctx, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		defer w.Close()
		w.Write(make([]byte, 100))
		return tasks.Sleep(ctx, time.Second)
	})
	// Output: true asyncio: line longer than the limit of 16 bytes; make the reader with a higher one
}

// A stream over a connection that is there already.
func ExampleProtocol() {
	online(func(ctx context.Context) error {
		s, err := streams.StartServer(ctx, greet, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		defer s.Close()
		n := eventloop.FromContext(ctx).Network()
		conn, err := n.Dial(ctx, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 7}, network.Options{})
		if err != nil {
			return err
		}
		newProtocol := func() *streams.Protocol { return streams.NewProtocol(streams.DefaultLimit) }
		_, p, err := transports.ConnectConn(ctx, newProtocol, conn)
		if err != nil {
			return err
		}
		r, w := p.Reader(), p.Writer()
		defer w.Close()
		fmt.Fprintln(w, "again")
		line, err := r.ReadLine(ctx)
		fmt.Printf("%q %v\n", line, err)
		return nil
	})
	// Output: "hello again\n" <nil>
}
