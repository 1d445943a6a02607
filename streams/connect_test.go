package streams_test

// Streams over a network in memory.

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// handler is what StartServer takes.
type handler = func(ctx context.Context, r *streams.Reader, w *streams.Writer) error

// echo sends back what it receives, until the end of that.
func echo(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
	defer w.Close()
	p := make([]byte, 4096)
	for {
		n, err := r.ReadInto(ctx, p)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		w.Write(p[:n])
		if err := w.Drain(ctx); err != nil {
			return err
		}
	}
}

// onNetwork runs fn as the main task of a loop in virtual time, with a network in memory.
// It returns what was reported to the exception handler.
func onNetwork(t testing.TB, fn func(ctx context.Context), opts ...eventloop.Option) []string {
	t.Helper()
	leak.Check(t)
	var reports []string
	opts = append([]eventloop.Option{
		eventloop.WithNetwork(memory.New()),
		eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) {
			reports = append(reports, fmt.Sprintf("%v: %s: %v", e.Reason, e.Name, e.Err))
		}),
	}, opts...)
	err := runners.Run(context.Background(), func(ctx context.Context) error {
		fn(ctx)
		return nil
	}, runners.WithVirtualTime(), runners.WithLoop(opts...))
	equal(t, "the run", describe(nil, err), "no data")
	return reports
}

// serve starts a server and returns where it listens.
func serve(t testing.TB, ctx context.Context, h handler, opts ...streams.Option) (*transports.Server, string) {
	t.Helper()
	s, err := streams.StartServer(ctx, h, "tcp", "127.0.0.1:0", opts...)
	if err != nil {
		t.Fatalf("StartServer: %v", err)
	}
	return s, s.Addrs()[0].String()
}

// open connects to addr.
func open(t testing.TB, ctx context.Context, addr string, opts ...streams.Option) (*streams.Reader, *streams.Writer) {
	t.Helper()
	r, w, err := streams.OpenConnection(ctx, "tcp", addr, opts...)
	if err != nil {
		t.Fatalf("OpenConnection: %v", err)
	}
	return r, w
}

// shut closes a server and waits for its connections to end.
func shut(t testing.TB, ctx context.Context, s *transports.Server) {
	t.Helper()
	s.Close()
	equal(t, "WaitClosed of the server", describe(nil, s.WaitClosed(ctx)), "no data")
}

// test_streams.StreamTests.test_open_connection, test_start_server
func TestEcho(t *testing.T) {
	for _, netw := range []string{"tcp", "unix"} {
		reports := onNetwork(t, func(ctx context.Context) {
			address := map[string]string{"tcp": "localhost:0", "unix": "/run/echo"}[netw]
			s, err := streams.StartServer(ctx, echo, netw, address)
			equal(t, "StartServer", err, nil)
			addr := s.Addrs()[0].String()
			r, w, err := streams.OpenConnection(ctx, netw, addr)
			equal(t, "OpenConnection", err, nil)
			equal(t, "RemoteAddr", w.RemoteAddr().String(), addr)
			equal(t, "LocalAddr", w.LocalAddr() == nil, false)
			fmt.Fprintf(w, "hello %s\n", netw)
			does(t, "ReadLine", ctx, r, line(), fmt.Sprintf("%q", "hello "+netw+"\n"))
			_, err = w.WriteBuffers([][]byte{[]byte("one\n"), []byte("two"), []byte("\n")})
			equal(t, "WriteBuffers", err, nil)
			does(t, "ReadLine", ctx, r, line(), `"one\n"`)
			does(t, "ReadLine", ctx, r, line(), `"two\n"`)
			equal(t, "CloseWrite", w.CloseWrite(), nil)
			does(t, "the end", ctx, r, line(), "EOF")
			equal(t, "Close", w.Close(), nil)
			equal(t, "IsClosing", w.IsClosing(), true)
			equal(t, "WaitClosed", w.WaitClosed(ctx), nil)
			equal(t, "WaitClosed again", w.WaitClosed(ctx), nil)
			shut(t, ctx, s)
		})
		equal(t, "reports", reports, nil)
	}
}

// One that has sent all it has to say can still be answered, at leisure.
func TestAnswerAfterTheEnd(t *testing.T) {
	reports := onNetwork(t, func(ctx context.Context) {
		s, err := streams.StartServer(ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			question, err := r.Read(ctx, -1)
			equal(t, "Read", err, nil)
			equal(t, "Sleep", tasks.Sleep(ctx, time.Second), nil)
			_, err = fmt.Fprintf(w, "%s? yes\n", question)
			equal(t, "Write", err, nil)
			return w.Close()
		}, "tcp", "localhost:0")
		equal(t, "StartServer", err, nil)
		r, w, err := streams.OpenConnection(ctx, "tcp", s.Addrs()[0].String())
		equal(t, "OpenConnection", err, nil)
		fmt.Fprint(w, "well")
		equal(t, "CloseWrite", w.CloseWrite(), nil)
		does(t, "the answer", ctx, r, line(), `"well? yes\n"`)
		equal(t, "Close", w.Close(), nil)
		shut(t, ctx, s)
	})
	equal(t, "reports", reports, nil)
}

func TestOpenConnectionFails(t *testing.T) {
	onNetwork(t, func(ctx context.Context) {
		r, w, err := streams.OpenConnection(ctx, "tcp", "127.0.0.1:1")
		equal(t, "failed", err != nil && r == nil && w == nil, true)
		_, err = streams.StartServer(ctx, echo, "tcp", "192.0.2.1:http-or-so")
		equal(t, "StartServer failed", err != nil, true)
	})
}

// test_streams.StreamTests.test_unhandled_exceptions, test_unhandled_cancel
func TestHandlersThatEnd(t *testing.T) {
	tests := []struct {
		name    string
		handler handler
		reports []string
		end     string
	}{
		{"with an error", func(context.Context, *streams.Reader, *streams.Writer) error { return errTest },
			[]string{"error in the handler of a connection: an error"}, "EOF"},
		{"with a panic", func(context.Context, *streams.Reader, *streams.Writer) error { panic("no") },
			[]string{"error in the handler of a connection: asyncio: panic: no"}, "EOF"},
		{"cancelled", func(ctx context.Context, r *streams.Reader, _ *streams.Writer) error {
			tasks.Current(ctx).Cancel()
			_, err := r.ReadLine(ctx)
			return err
		}, nil, "EOF"},
		{"cancelled by the end of the run", nil, nil, "cancelled()"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			onNetwork(t, func(ctx context.Context) {
				if tt.handler == nil {
					return
				}
				s, addr := serve(t, ctx, tt.handler)
				r, w := open(t, ctx, addr)
				defer w.Close()
				does(t, "the client", ctx, r, line(), tt.end)
				shut(t, ctx, s)
			}, eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) {
				text, _, _ := strings.Cut(e.Err.Error(), "\n")
				got = append(got, fmt.Sprintf("%v: %s", e.Reason, text))
				equal(t, "it is about the task", e.Source != nil, true)
			}))
			equal(t, "reports", got, tt.reports)
		})
	}
}

// A handler that returns nil may have given the connection to somebody.
func TestHandlerThatGivesAway(t *testing.T) {
	reports := onNetwork(t, func(ctx context.Context) {
		s, addr := serve(t, ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			tasks.Go(ctx, func(ctx context.Context) error { return echo(ctx, r, w) })
			return nil
		})
		r, w := open(t, ctx, addr)
		w.Write([]byte("hello\n"))
		does(t, "the client", ctx, r, line(), `"hello\n"`)
		w.Close()
		shut(t, ctx, s)
	})
	equal(t, "reports", reports, nil)
}

// The limit is that of the reader, on both ends.
func TestLimitOfAConnection(t *testing.T) {
	onNetwork(t, func(ctx context.Context) {
		s, addr := serve(t, ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			defer w.Close()
			_, err := r.ReadLine(ctx)
			equal(t, "the server's", describe(nil, err), "line too long for 4")
			w.Write([]byte("123456\n"))
			return nil
		}, streams.WithLimit(4))
		r, w := open(t, ctx, addr, streams.WithLimit(5))
		defer w.Close()
		w.Write([]byte("12345\n"))
		does(t, "the client's", ctx, r, line(), "line too long for 5")
		shut(t, ctx, s)
	})
}

func TestMisuseOfConnections(t *testing.T) {
	for _, tt := range []struct {
		fn   func()
		want string
	}{
		{func() { streams.WithLimit(0) }, "asyncio: WithLimit with a limit that is not above zero; streams.DefaultLimit is the usual one"},
		{func() { streams.NewProtocol(0) }, "asyncio: NewProtocol with a limit that is not above zero; streams.DefaultLimit is the usual one"},
		{func() { streams.NewProtocol(1).Writer() }, "asyncio: Writer of a protocol without a connection; wait until there is one"},
		{func() { streams.StartServer(context.Background(), nil, "tcp", ":0") }, "asyncio: StartServer with a nil handler"},
		{func() { streams.OpenConnection(context.Background(), "tcp", ":0") }, "asyncio: ctx has no event loop; pass the ctx that the task's function received"},
	} {
		func() {
			defer func() { equal(t, "panic", fmt.Sprint(recover()), tt.want) }()
			tt.fn()
		}()
	}
}
