package streams_test

// Clients and handlers that are cancelled wherever they may stand.

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// talk is a client that waits in every way.
func talk(ctx context.Context, addr string, opts ...streams.Option) error {
	r, w, err := streams.OpenConnection(ctx, "tcp", addr, opts...)
	if err != nil {
		return err
	}
	defer w.Close()
	message := bytes.Repeat([]byte("0123456789abcde\n"), 16<<10)
	sender := tasks.Go(ctx, func(ctx context.Context) error {
		for p := message; len(p) > 0; p = p[min(len(p), 40<<10):] {
			w.Write(p[:min(len(p), 40<<10)])
			if err := w.Drain(ctx); err != nil {
				return err
			}
		}
		return nil
	}, tasks.WithName("sender"))
	defer sender.Cancel()
	p := make([]byte, 20<<10)
	if _, err := r.ReadInto(ctx, p); err != nil {
		return err
	}
	if _, err := r.ReadExactly(ctx, 100<<10); err != nil {
		return err
	}
	if _, err := r.ReadLine(ctx); err != nil {
		return err
	}
	if _, err := sender.Await(ctx); err != nil {
		return err
	}
	w.Close()
	return w.WaitClosed(ctx)
}

// TestCancelledEverywhere cancels the client, or the handler, after one turn of the loop
// more each time, until that comes too late. Whenever it was, all ends, nothing is
// reported and nobody is left.
func TestCancelledEverywhere(t *testing.T) {
	ca := certtest.Default()
	for _, secure := range []bool{false, true} {
		for _, who := range []string{"client", "handler"} {
			t.Run(fmt.Sprintf("%s, TLS %v", who, secure), func(t *testing.T) {
				var client, server []streams.Option
				if secure {
					client, server = []streams.Option{transports.WithTLS(ca.Client())}, []streams.Option{transports.WithTLS(ca.Server())}
				}
				for k := range 10000 {
					if late := cancelAfter(t, who, k, client, server); late || t.Failed() {
						if k < 10 {
							t.Errorf("it ends after %d turns", k)
						}
						return
					}
				}
				t.Error("it does not end")
			})
		}
	}
}

// cancelAfter cancels one of the two after k turns, and reports whether it had ended.
func cancelAfter(t *testing.T, who string, k int, client, server []streams.Option) (late bool) {
	reports := onNetwork(t, func(ctx context.Context) {
		var handler tasks.Any
		s, err := streams.StartServer(ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			handler = tasks.Current(ctx)
			echo(ctx, r, w) // of a client that is gone, any error will do
			return nil
		}, "tcp", "localhost:443", server...)
		equal(t, "StartServer", err, nil)
		task := tasks.Go(ctx, func(ctx context.Context) error { return talk(ctx, "localhost:443", client...) })
		for range k {
			turn(t, ctx)
		}
		switch {
		case who == "client":
			late = !task.Cancel()
		case handler != nil:
			late = !handler.Cancel()
		}
		_, err = task.Await(ctx)
		if late {
			equal(t, "the client", err, nil)
		}
		shut(t, ctx, s)
		turn(t, ctx) // of the client's sender
		equal(t, "tasks left", len(tasks.All(ctx)), 1)
		equal(t, "time", now(ctx), time.Duration(0))
	})
	equal(t, fmt.Sprintf("reports after %d turns", k), reports, nil)
	return late
}
