package streams_test

// How a task waits for room, until there is some or the connection has ended.

import (
	"context"
	"errors"
	"testing"

	"github.com/goasyncio/asyncio/streams"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// full writes until w holds more than its high-water mark.
func full(w *streams.Writer) {
	high, _ := w.Transport().WriteBufferLimits()
	for w.Transport().WriteBufferSize() <= high {
		w.Write(make([]byte, 32<<10))
	}
}

// drain starts a task that drains w, and gives it its turn.
func drain(t testing.TB, ctx context.Context, w *streams.Writer) *tasks.Task[struct{}] {
	t.Helper()
	task := tasks.Go(ctx, w.Drain, tasks.WithName("drainer"))
	turn(t, ctx)
	return task
}

// Drain waits above the high-water mark alone, and until the low-water mark is reached.
func TestDrainWaitsAboveTheMark(t *testing.T) {
	onNetwork(t, func(ctx context.Context) {
		var far *streams.Reader
		s, addr := serve(t, ctx, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			far = r
			return quiet(ctx, r, w)
		}, streams.WithLimit(1))
		_, w := open(t, ctx, addr)
		w.Transport().SetWriteBufferLimits(1000, 100)
		w.Write(make([]byte, 64<<10)) // which the network takes, and the server 64 KiB more
		turn(t, ctx)
		turn(t, ctx)
		w.Write(make([]byte, 64<<10))
		w.Write(make([]byte, 1000))
		equal(t, "size", w.Transport().WriteBufferSize(), 1000)
		before := now(ctx)
		task := tasks.Go(ctx, func(ctx context.Context) error {
			turns := 0
			tasks.Go(ctx, func(ctx context.Context) error { turns++; return nil })
			err := w.Drain(ctx)
			equal(t, "turns of others meanwhile", turns, 0)
			return err
		})
		_, err := task.Await(ctx)
		equal(t, "Drain at the mark", err, nil)

		w.Write([]byte("x"))
		drainers := []*tasks.Task[struct{}]{drain(t, ctx, w), drain(t, ctx, w), drain(t, ctx, w)}
		drainers[1].Cancel("enough")
		turn(t, ctx)
		for i, d := range drainers {
			equal(t, "done", d.Done(), i == 1)
		}
		_, err = far.ReadExactly(ctx, 128<<10) // another task than the handler may
		equal(t, "ReadExactly", err, nil)
		for i, want := range []string{"no data", "cancelled(enough)", "no data"} {
			_, err := drainers[i].Await(ctx)
			equal(t, "the drain", describe(nil, err), want)
		}
		equal(t, "size", w.Transport().WriteBufferSize() <= 100, true)
		equal(t, "Drain below the mark", w.Drain(ctx), nil)
		equal(t, "time", now(ctx), before)
		w.Transport().Abort()
		s.AbortClients()
	})
}

// How those who drain see the end of the connection.
func TestDrainAtTheEnd(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name string
		end  func(p transports.BaseProtocol, w *streams.Writer)
		want string // of a drain that waits
		next string // of one that comes later
	}{
		{"closed", func(_ transports.BaseProtocol, w *streams.Writer) { w.Transport().Abort() },
			"no data", streams.ErrConnectionLost.Error()},
		{"broken", func(p transports.BaseProtocol, w *streams.Writer) {
			p.ConnectionLost(broken)
		}, "broken", "broken"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			onNetwork(t, func(ctx context.Context) {
				s, addr := serve(t, ctx, quiet)
				_, w := open(t, ctx, addr)
				full(w)
				a, b, c := drain(t, ctx, w), drain(t, ctx, w), tasks.Go(ctx, w.WaitClosed)
				turn(t, ctx)
				tt.end(w.Transport().Protocol(), w)
				for _, d := range []*tasks.Task[struct{}]{a, b, c} {
					_, err := d.Await(ctx)
					equal(t, "a wait", describe(nil, err), tt.want)
				}
				equal(t, "a drain later", describe(nil, w.Drain(ctx)), tt.next)
				equal(t, "WaitClosed later", describe(nil, w.WaitClosed(ctx)), tt.want)
				w.Transport().SetProtocol(nobody{})
				w.Transport().Abort()
				s.AbortClients()
			})
		})
	}
	equal(t, "it is a reset", isReset(streams.ErrConnectionLost), true)
}

// test_streams.StreamTests.test_async_writer_api_exception_after_close
func TestDrainAfterClose(t *testing.T) {
	onNetwork(t, func(ctx context.Context) {
		s, addr := serve(t, ctx, echo)
		_, w := open(t, ctx, addr)
		w.Close()
		_, err := w.Write([]byte("data"))
		equal(t, "Write", errors.Is(err, transports.ErrClosing), true)
		equal(t, "Drain", errors.Is(w.Drain(ctx), streams.ErrConnectionLost), true)
		shut(t, ctx, s)
	})
}
