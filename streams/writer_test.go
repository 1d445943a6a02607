package streams_test

// What the half that writes does.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"syscall"
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

// quiet is a handler that reads nothing until it is told to.
func quiet(ctx context.Context, _ *streams.Reader, w *streams.Writer) error {
	defer w.Close()
	return tasks.Sleep(ctx, time.Hour)
}

func isReset(err error) bool { return errors.Is(err, syscall.ECONNRESET) }

// nobody is a protocol that does nothing.
type nobody struct{}

func (nobody) ConnectionMade(transports.Transport) {}
func (nobody) DataReceived([]byte)                 {}
func (nobody) EOFReceived() bool                   { return false }
func (nobody) ConnectionLost(error)                {}

// test_streams.StreamTests.test_drain_raises: a task that does nothing but write and
// drain must see the end.
func TestWritingToSomebodyWhoIsGone(t *testing.T) {
	for _, how := range []string{"close", "abort"} {
		reports := onNetwork(t, func(ctx context.Context) {
			s, addr := serve(t, ctx, func(_ context.Context, _ *streams.Reader, w *streams.Writer) error {
				if how == "abort" {
					w.Transport().Abort()
				}
				return w.Close()
			})
			_, w := open(t, ctx, addr)
			defer w.Close()
			var err error
			for err == nil {
				w.Write([]byte("foo\n"))
				err = w.Drain(ctx)
				if err == nil {
					turn(t, ctx)
				}
			}
			equal(t, "a reset or a broken pipe", errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE), true)
			shut(t, ctx, s)
		})
		equal(t, "reports", reports, nil)
	}
}

// test_streams.StreamTests.test_eof_feed_when_closing_writer,
// test_wait_closed_on_close_with_unread_data
func TestCloseIsTheEndForTheReader(t *testing.T) {
	reports := onNetwork(t, func(ctx context.Context) {
		s, addr := serve(t, ctx, func(_ context.Context, _ *streams.Reader, w *streams.Writer) error {
			w.Write([]byte("unread"))
			return w.Close()
		})
		r, w := open(t, ctx, addr)
		waiting := start(t, ctx, r, until("\n"))
		w.Close()
		equal(t, "WaitClosed", w.WaitClosed(ctx), nil)
		_, err := waiting.Await(ctx)
		equal(t, "a read that waits", errors.Is(err, io.ErrUnexpectedEOF), true)
		equal(t, "AtEOF", r.AtEOF(), true)
		shut(t, ctx, s)
	})
	equal(t, "reports", reports, nil)
}

// Close sends what was written.
func TestCloseFlushes(t *testing.T) {
	onNetwork(t, func(ctx context.Context) {
		got := 0
		s, addr := serve(t, ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			defer w.Close()
			all, err := r.Read(ctx, -1)
			got = len(all)
			return err
		})
		_, w := open(t, ctx, addr)
		w.Write(bytes.Repeat([]byte("x"), 1<<20))
		w.Close()
		equal(t, "WaitClosed", w.WaitClosed(ctx), nil)
		shut(t, ctx, s)
		equal(t, "received", got, 1<<20)
	})
}

// A wait for the end that is cancelled is nobody else's business.
func TestCancelledWaitClosed(t *testing.T) {
	onNetwork(t, func(ctx context.Context) {
		s, addr := serve(t, ctx, echo)
		_, w := open(t, ctx, addr)
		first, second := tasks.Go(ctx, w.WaitClosed), tasks.Go(ctx, w.WaitClosed)
		turn(t, ctx)
		first.Cancel()
		turn(t, ctx)
		w.Close()
		_, err := second.Await(ctx)
		equal(t, "the other", err, nil)
		equal(t, "cancelled", first.Cancelled(), true)
		equal(t, "a third", w.WaitClosed(ctx), nil)
		shut(t, ctx, s)
	})
}

// Every wait fails on a ctx that an await fails on, even if it need not wait.
func TestWaitsOnTheWrongCtx(t *testing.T) {
	onNetwork(t, func(ctx context.Context) {
		s, addr := serve(t, ctx, echo)
		r, w := open(t, ctx, addr)
		dead, stop := context.WithCancel(ctx)
		stop()
		equal(t, "Drain", w.Drain(dead), context.Canceled)
		equal(t, "WaitClosed", w.WaitClosed(dead), context.Canceled)
		equal(t, "StartTLS", w.StartTLS(dead, nil), context.Canceled)
		_, err := r.ReadInto(dead, make([]byte, 1))
		equal(t, "ReadInto", err, context.Canceled)
		w.Close()
		shut(t, ctx, s)
	})
}

// Reports name the connection, and say how much it holds.
func TestWaitsOfWritersAreNamed(t *testing.T) {
	for _, tt := range []struct {
		wait func(ctx context.Context, r *streams.Reader, w *streams.Writer) error
		want string
	}{
		{func(ctx context.Context, _ *streams.Reader, w *streams.Writer) error {
			full(w)
			return w.Drain(ctx)
		}, "Task-1 waits for room in connection 1 127.0.0.1:32768 to 127.0.0.1:5 (32768 bytes to send, 1 waiting)"},
		{func(ctx context.Context, _ *streams.Reader, w *streams.Writer) error {
			full(w)
			w.Close()
			return w.WaitClosed(ctx)
		}, "Task-1 waits for end of connection 1 127.0.0.1:32768 to 127.0.0.1:5 (32768 bytes to send, 1 waiting)"},
		{func(ctx context.Context, r *streams.Reader, _ *streams.Writer) error {
			_, err := r.ReadLine(ctx)
			return err
		}, "Task-1 waits for data of connection 1 127.0.0.1:32768 to 127.0.0.1:5"},
	} {
		leak.Check(t)
		err := runners.Run(context.Background(), func(ctx context.Context) error {
			idle := func(context.Context, *streams.Reader, *streams.Writer) error { return nil }
			_, err := streams.StartServer(ctx, idle, "tcp", "127.0.0.1:5", streams.WithLimit(1))
			if err != nil {
				return err
			}
			r, w := open(t, ctx, "127.0.0.1:5")
			return tt.wait(ctx, r, w)
		}, runners.WithVirtualTime(), runners.WithLoop(eventloop.WithNetwork(memory.New())))
		var d *eventloop.DeadlockError
		if !errors.As(err, &d) {
			t.Fatalf("the run: %v", err)
		}
		equal(t, "waiting", d.Waiting(), []string{tt.want})
	}
}

// test_streams.StreamTests.test_unclosed_resource_warnings
func TestDroppedWriterIsReportedInDebugMode(t *testing.T) {
	for _, debug := range []bool{false, true} {
		opts := []eventloop.Option{}
		want := []string(nil)
		if debug {
			opts = append(opts, eventloop.WithDebug(), eventloop.WithSlowCallbackDuration(0))
			want = []string{"connection was never closed: connection 127.0.0.1:32768 to 127.0.0.1:5: " + streams.ErrNotClosed.Error()}
		} else {
			t.Setenv("ASYNCIO_DEBUG", "")
		}
		reports := onNetwork(t, func(ctx context.Context) {
			s, err := streams.StartServer(ctx, echo, "tcp", "127.0.0.1:5")
			equal(t, "StartServer", err, nil)
			kept, keeps := open(t, ctx, "127.0.0.1:5")
			defer keeps.Close()
			dropped, _ := open(t, ctx, "127.0.0.1:5")
			_, closed := open(t, ctx, "127.0.0.1:5")
			closed.Close()
			for range 50 {
				if runtime.GC(); dropped.AtEOF() {
					break
				}
				time.Sleep(time.Millisecond) // the cleanups have a goroutine of their own
				turn(t, ctx)
				turn(t, ctx)
			}
			equal(t, "closed", dropped.AtEOF(), debug)
			equal(t, "the one that is kept is closed", kept.AtEOF(), false)
			s.Close()
			s.AbortClients()
		}, opts...)
		for i, r := range reports { // the port of the second connection
			reports[i] = strings.Replace(r, "32769", "32768", 1)
		}
		equal(t, "reports", reports, want)
	}
}

func TestStringOfAWriter(t *testing.T) {
	onNetwork(t, func(ctx context.Context) {
		s, err := streams.StartServer(ctx, echo, "tcp", "127.0.0.1:5")
		equal(t, "StartServer", err, nil)
		_, w := open(t, ctx, "127.0.0.1:5")
		equal(t, "String", fmt.Sprint(w), "writer of connection 127.0.0.1:32768 to 127.0.0.1:5")
		w.Close()
		shut(t, ctx, s)
	})
}
