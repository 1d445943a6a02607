package transports_test

// Servers that serve, and how they end: the rules of asyncio's test_server.py.

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
	"github.com/goasyncio/asyncio/transports"
)

func TestServe(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		near, far := &recorder{onEOF: keepOpen}, &recorder{onEOF: keepOpen}
		s, addr := listen(ctx, func() *recorder { return far }, transports.WithoutStart())
		serve := tasks.Go(ctx, s.Serve)
		looptest.Turns(ctx, 1)
		is(t, "a second Serve", s.Serve(ctx), transports.ErrServing)
		_, _, err := transports.Connect(ctx, func() *recorder { return near }, "tcp", addr)
		must(err)
		settle(ctx)

		// Cancelled, it closes the server and waits for the connections.
		serve.Cancel()
		settle(ctx)
		looptest.Equal(t, "IsServing", s.IsServing(), false)
		looptest.Equal(t, "done", serve.Done(), false)
		near.t.Close()
		far.t.Close()
		_, err = serve.Await(ctx)
		looptest.Fails(t, "Serve", err, "cancelled()")
	})
}

// A timeout around Serve waits for the connections too.
func TestServeWithTimeout(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		far := &recorder{}
		s, addr := listen(ctx, func() *recorder { return far })
		_, _, err := transports.Connect(ctx, func() *recorder { return &recorder{} }, "tcp", addr)
		must(err)
		settle(ctx)
		tasks.Go(ctx, func(ctx context.Context) error {
			must(tasks.Sleep(ctx, time.Minute))
			s.CloseClients()
			return nil
		})
		err = timeouts.Run(ctx, time.Second, s.Serve)
		looptest.Fails(t, "Serve", err, "timeout")
		looptest.Equal(t, "time", looptest.Now(ctx), time.Minute)

		s, addr = listen(ctx, func() *recorder { return far })
		near := &recorder{}
		_, _, err = transports.Connect(ctx, func() *recorder { return near }, "tcp", addr)
		must(err)
		settle(ctx)
		derived, cancel := context.WithCancel(ctx)
		cancel()
		far.take()
		near.t.Close()
		is(t, "Serve", s.Serve(derived), context.Canceled)
		looptest.Equal(t, "IsServing", s.IsServing(), false)
		looptest.Equal(t, "calls", far.log, []string{"eof", "lost nil"})
	})
}

func TestCloseEndsServe(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		s, _ := listen(ctx, func() *recorder { return &recorder{} })
		serve := tasks.Go(ctx, s.Serve)
		settle(ctx)
		s.Close()
		s.Close()
		_, err := serve.Await(ctx)
		looptest.Fails(t, "Serve", err, "cancelled()")
		is(t, "its cause", err, transports.ErrServerClosed)
	})
}

func TestWaitClosed(t *testing.T) {
	tests := []struct {
		name   string
		before func(s *transports.Server, near *recorder) // the wait
		after  []func(s *transports.Server, near *recorder)
	}{
		{"close, then the connection", nil, []func(s *transports.Server, near *recorder){
			func(s *transports.Server, near *recorder) { s.Close() }, func(s *transports.Server, near *recorder) { near.t.Close() }}},
		{"the connection, then close", nil, []func(s *transports.Server, near *recorder){
			func(s *transports.Server, near *recorder) { near.t.Close() }, func(s *transports.Server, near *recorder) { s.Close() }}},
		{"no connection", func(s *transports.Server, near *recorder) { near.t.Close(); near.ended() }, []func(s *transports.Server, near *recorder){
			func(s *transports.Server, near *recorder) { s.Close() }}},
		{"closed before", func(s *transports.Server, near *recorder) { s.Close() }, []func(s *transports.Server, near *recorder){
			func(s *transports.Server, near *recorder) { near.t.Abort() }}},
		{"CloseClients", func(s *transports.Server, near *recorder) { s.Close() }, []func(s *transports.Server, near *recorder){
			func(s *transports.Server, near *recorder) { s.CloseClients() }}},
		{"AbortClients", func(s *transports.Server, near *recorder) { s.Close() }, []func(s *transports.Server, near *recorder){
			func(s *transports.Server, near *recorder) { s.AbortClients() }}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				near := &recorder{}
				s, addr := listen(ctx, func() *recorder { return &recorder{} })
				_, _, err := transports.Connect(ctx, func() *recorder { return near }, "tcp", addr)
				must(err)
				settle(ctx)
				near.ended = func() { settle(ctx) }
				if tt.before != nil {
					tt.before(s, near)
				}
				wait, gone := tasks.Go(ctx, s.WaitClosed), tasks.Go(ctx, s.WaitClosed)
				settle(ctx)
				gone.Cancel()
				for _, fn := range tt.after {
					looptest.Equal(t, "done", wait.Done(), false)
					fn(s, near)
					settle(ctx)
				}
				looptest.Equal(t, "done", wait.Done(), true)
				looptest.Equal(t, "cancelled", gone.Cancelled(), true)
				must(s.WaitClosed(ctx)) // at once
			})
		})
	}
}

// CloseClients and AbortClients end all connections, also while that ends others.
func TestCloseAndAbortClients(t *testing.T) {
	for _, way := range []string{"close", "abort"} {
		t.Run(way, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				var far []*recorder
				s, addr := listen(ctx, func() *recorder { far = append(far, &recorder{}); return far[len(far)-1] })
				near := make([]recorder, 3)
				for i := range near {
					_, _, err := transports.Connect(ctx, func() *recorder { return &near[i] }, "tcp", addr)
					must(err)
				}
				settle(ctx)
				far[0].t.Write(make([]byte, 1<<20)) // which the other end does not read
				near[0].t.PauseReading()
				settle(ctx)
				s.Close()
				want := []string{"made", "eof", "lost nil"}
				if way == "close" {
					s.CloseClients()
				} else {
					s.AbortClients()
					want = []string{"made", "lost connection reset by peer"}
				}
				settle(ctx)
				for i := range near[1:] {
					looptest.Equal(t, "calls", near[1+i].log, want)
				}
				looptest.Equal(t, "String", s.String(), map[string]string{"close": "server (closed, 1 connection)", "abort": "server (closed, 0 connections)"}[way])
				s.AbortClients()
				near[0].t.Abort()
				must(s.WaitClosed(ctx))
			})
		})
	}
}

// What is open when the loop closes is closed, and in debug mode told of.
func TestLoopClosesWhatIsOpen(t *testing.T) {
	for _, debug := range []bool{false, true} {
		t.Run(fmt.Sprintf("debug %t", debug), func(t *testing.T) {
			leak.Check(t)
			n := newFaulty()
			var lines []string
			opts := []runners.Option{on(n), looptest.Report(&lines, looptest.Describe)}
			if debug {
				opts = append(opts, runners.WithDebug())
			}
			near, far := &recorder{}, &recorder{}
			var tr transports.Transport
			var server string
			err := looptest.RunErr(func(ctx context.Context) error {
				_, addr := listen(ctx, func() *recorder { return far }) // for the second as well
				server = addr
				var err error
				tr, _, err = transports.Connect(ctx, func() *recorder { return near }, "tcp", addr)
				must(err)
				settle(ctx)
				closing, _, err := transports.Connect(ctx, func() *recorder { return &recorder{} }, "tcp", addr)
				must(err)
				closing.Close() // and the loop has no time for it
				return nil
			}, opts...)
			looptest.Fails(t, "the run", err, "nil")
			looptest.Equal(t, "connections left", n.leaked(), 0)
			looptest.Equal(t, "calls", slices.Concat(near.log, far.log), []string{"made", "made", "made"})
			_, err = tr.Write([]byte("x"))
			is(t, "a write afterwards", err, transports.ErrClosing)
			tr.Close()
			tr.Abort()
			if !debug {
				looptest.Equal(t, "reports", lines, nil)
				return
			}
			if len(lines) < 2 || !strings.HasPrefix(lines[0], "open when the loop was closed: server at "+server) ||
				!strings.HasPrefix(lines[1], "open when the loop was closed: connection ") {
				t.Errorf("reports: %q", lines)
			}
		})
	}
}
