package transports_test

// How TLS connections end.

import (
	"context"
	"crypto/tls"
	"io"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/certtest"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// below returns the transport under a TLS transport.
func below(t transports.Transport) transports.Transport { return t.Unwrap().(transports.Transport) }

func TestTLSEnds(t *testing.T) {
	cut := "asyncio: the TLS connection was cut off, its other end did not close it: unexpected EOF"
	ends := []struct {
		name      string
		end       func(ctx context.Context, near, far *recorder, a, b transports.Transport)
		near, far []string // but for ConnectionMade
	}{
		{"close", func(_ context.Context, _, _ *recorder, a, _ transports.Transport) {
			a.Close()
			a.Close()
		}, []string{"lost nil"}, []string{"eof", "lost nil"}},
		{"both close", func(_ context.Context, _, _ *recorder, a, b transports.Transport) {
			a.Close()
			b.Close()
		}, []string{"lost nil"}, []string{"lost nil"}},
		// test_ssl.TestSSL.test_flush_before_shutdown
		{"write and close", func(ctx context.Context, _, far *recorder, a, _ transports.Transport) {
			a.Write(make([]byte, 1<<20))
			a.Close()
			n := 0
			far.onData = func(data []byte) { n, far.log = n+len(data), nil }
			for len(far.log) == 0 {
				looptest.Turns(ctx, 1)
			}
			far.note("%d", n)
		}, []string{"pause", "resume", "lost nil"}, []string{"eof", "1048576", "lost nil"}},
		{"answer at EOF", func(_ context.Context, _, far *recorder, a, b transports.Transport) {
			far.onEOF = func() bool { text(b, "bye"); return true }
			a.Close()
		}, []string{"lost nil"}, []string{"eof", "lost nil"}},
		{"close at EOF", func(_ context.Context, _, far *recorder, a, b transports.Transport) {
			far.onEOF = func() bool { b.Close(); return true }
			a.Close()
		}, []string{"lost nil"}, []string{"eof", "lost nil"}},
		// test_ssl.TestSSL.test_remote_shutdown_receives_trailing_data
		{"data behind close", func(_ context.Context, _, _ *recorder, a, b transports.Transport) {
			text(b, "late")
			a.Close()
		}, []string{"lost nil"}, []string{"eof", "lost nil"}},
		{"close within DataReceived", func(_ context.Context, _, far *recorder, a, b transports.Transport) {
			far.onData = func([]byte) { b.Close() }
			text(a, "x")
			a.Close()
		}, []string{"lost nil"}, []string{"data x", "lost nil"}},
		{"pause within DataReceived", func(ctx context.Context, _, far *recorder, a, b transports.Transport) {
			far.onData = func([]byte) { b.PauseReading() }
			text(a, "x")
			a.Close()
			settle(ctx)
			far.note("and")
			b.ResumeReading()
		}, []string{"lost nil"}, []string{"data x", "and", "eof", "lost nil"}},
		{"abort", func(_ context.Context, _, _ *recorder, a, _ transports.Transport) {
			a.Abort()
		}, []string{"lost nil"}, []string{"lost connection reset by peer"}},
		{"truncated", func(_ context.Context, _, _ *recorder, a, _ transports.Transport) {
			below(a).Close()
		}, []string{"lost nil"}, []string{"lost " + cut}},
		{"truncated while paused", func(ctx context.Context, _, _ *recorder, a, b transports.Transport) {
			b.PauseReading()
			text(a, "x")
			below(a).Close()
			settle(ctx)
			b.ResumeReading()
		}, []string{"lost nil"}, []string{"data x", "lost " + cut}},
		{"truncated and closed", func(_ context.Context, _, _ *recorder, a, b transports.Transport) {
			below(a).Close()
			b.Close()
		}, []string{"lost nil"}, []string{"lost nil"}},
		{"garbage", func(_ context.Context, _, _ *recorder, a, _ transports.Transport) {
			below(a).Write(make([]byte, 100))
		}, []string{"lost remote error: tls: protocol version not supported"},
			[]string{"lost tls: received record with version 0 when expecting version 303"}},
		{"garbage in a record", func(_ context.Context, _, _ *recorder, a, _ transports.Transport) {
			below(a).Write(append([]byte{23, 3, 3, 0, 95}, make([]byte, 95)...))
		}, []string{"lost remote error: tls: bad record MAC"}, []string{"lost local error: tls: bad record MAC"}},
	}
	eachVersion(t, func(t *testing.T, client, server *tls.Config) {
		for _, tt := range ends {
			t.Run(tt.name, func(t *testing.T) {
				run(t, func(ctx context.Context) {
					var near, far recorder
					a, b := secure(ctx, &near, &far, client, server)
					near.take()
					far.take()
					tt.end(ctx, &near, &far, a, b)
					settle(ctx)
					looptest.Equal(t, "this end", near.take(), tt.near)
					looptest.Equal(t, "the other end", far.take(), tt.far)
					looptest.Equal(t, "closing", []bool{a.IsClosing(), b.IsClosing(), a.IsReading(), b.IsReading()}, []bool{true, true, false, false})
					for _, timer := range eventloop.FromContext(ctx).Snapshot().Timers {
						looptest.Equal(t, "cancelled: "+timer.Name, timer.Cancelled, true)
					}
				})
			})
		}
	})
}

func TestTruncationIsUnexpectedEOF(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var near, far recorder
		var lost error
		far.onLost = func(err error) { lost = err }
		a, _ := secure(ctx, &near, &far, certtest.Default().Client(), certtest.Default().Server())
		below(a).Close()
		settle(ctx)
		is(t, "error", lost, io.ErrUnexpectedEOF)
	})
}

// A peer that never answers close_notify.
// test_ssl.TestSSL.test_shutdown_timeout_handler_leak
func TestTLSShutdownTimeout(t *testing.T) {
	leak.Check(t)
	for _, limit := range []time.Duration{0, 5 * time.Second} {
		run(t, func(ctx context.Context) {
			var near, far recorder
			var opts []transports.Option
			want := 30 * time.Second
			if limit > 0 {
				opts, want = append(opts, transports.WithShutdownTimeout(limit)), limit
			}
			a, b := secure(ctx, &near, &far, certtest.Default().Client(), certtest.Default().Server(), opts...)
			below(b).PauseReading()
			var lost error
			near.onLost = func(err error) { lost = err }
			begin := looptest.Now(ctx)
			a.Close()
			must(tasks.Sleep(ctx, want-time.Millisecond))
			looptest.Equal(t, "this end before", near.take(), []string{"made"})
			must(tasks.Sleep(ctx, 2*time.Millisecond))
			looptest.Equal(t, "this end", near.take(), []string{"lost timeout"})
			is(t, "error", lost, context.DeadlineExceeded)
			looptest.Equal(t, "time", looptest.Now(ctx)-begin < want+time.Second, true)
			below(b).ResumeReading()
			settle(ctx)
			looptest.Equal(t, "the other end", far.take(), []string{"made", "eof", "lost nil"}) // it had arrived
		})
	}
}

// CloseClients says goodbye to TLS clients too.
func TestServerClosesTLSClients(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var near, far recorder
		s, addr := listen(ctx, func() *recorder { return &far }, transports.WithTLS(certtest.Default().Server()))
		_, _, err := transports.Connect(ctx, func() *recorder { return &near }, "tcp", addr, transports.WithTLS(certtest.Default().Client()))
		must(err)
		settle(ctx)
		s.Close()
		s.CloseClients()
		must(s.WaitClosed(ctx))
		settle(ctx)
		looptest.Equal(t, "the client's protocol", near.take(), []string{"made", "eof", "lost nil"})
		looptest.Equal(t, "the server's protocol", far.take(), []string{"made", "lost nil"})
	})
}
