package transports_test

// How servers begin and accept: the rules of asyncio's test_server.py, and of the tests
// of _accept_connection.

import (
	"context"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

func TestServerStart(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		far := &recorder{}
		s, addr := listen(ctx, func() *recorder { return far }, transports.WithoutStart())
		looptest.Equal(t, "IsServing", s.IsServing(), false)
		looptest.Equal(t, "String", s.String(), "server at "+addr+" (not started)")
		tr, _, err := transports.Connect(ctx, func() *recorder { return &recorder{} }, "tcp", addr)
		must(err)
		settle(ctx)
		looptest.Equal(t, "calls before", far.log, nil)
		must(s.Start(ctx))
		must(s.Start(ctx))
		settle(ctx)
		looptest.Equal(t, "IsServing", s.IsServing(), true)
		looptest.Equal(t, "calls", far.log, []string{"made"})
		looptest.Equal(t, "String", s.String(), "server at "+addr+" (1 connection)")
		s.Close()
		looptest.Equal(t, "String", s.String(), "server (closed, 1 connection)")
		looptest.Equal(t, "IsServing", s.IsServing(), false)
		looptest.Equal(t, "Addrs", len(s.Addrs()), 0)
		is(t, "Start", s.Start(ctx), transports.ErrServerClosed)
		is(t, "Serve", s.Serve(ctx), transports.ErrServerClosed)
		text(tr, "still there")
		settle(ctx)
		tr.Close()
		must(s.WaitClosed(ctx))
		looptest.Equal(t, "calls", far.log, []string{"made", "data still there", "eof", "lost nil"})
	})
}

// Start gives way once, as does Listen.
func TestStartGivesWay(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		turns := 0
		count := tasks.Go(ctx, func(ctx context.Context) error {
			for {
				if err := tasks.Sleep(ctx, 0); err != nil {
					return nil
				}
				turns++
			}
		})
		looptest.Turns(ctx, 1)
		before := turns
		s, _ := listen(ctx, func() *recorder { return &recorder{} })
		looptest.Equal(t, "turns of Listen", turns-before, 1)
		before = turns
		must(s.Start(ctx))
		looptest.Equal(t, "turns of Start", turns-before, 1)
		s.Close()
		count.Cancel()
		count.Await(ctx)
	})
}

func TestListenAtAllAddresses(t *testing.T) {
	leak.Check(t)
	n := newFaulty(memory.WithHost("a", "10.0.0.1"))
	n.names = map[string][]string{
		"both":    {"127.0.0.1", "::1", "127.0.0.1"},
		"foreign": {"10.0.0.1", "127.0.0.1"},
		"none":    {"10.0.0.1"},
	}
	looptest.Run(t, func(ctx context.Context) {
		addrs := func(host string) (names []string) {
			s, err := transports.Listen(ctx, func() *recorder { return &recorder{} }, "tcp", host+":80")
			if err != nil {
				return []string{describe(err)}
			}
			for _, a := range s.Addrs() {
				names = append(names, a.String())
			}
			s.Close()
			return names
		}
		looptest.Equal(t, "each once", addrs("both"), []string{"127.0.0.1:80", "[::1]:80"})
		looptest.Equal(t, "what is not there is left out", addrs("foreign"), []string{"127.0.0.1:80"})
		looptest.Equal(t, "none is there", addrs("none"), []string{"cannot assign requested address"})
		looptest.Equal(t, "all", addrs(""), []string{"0.0.0.0:80", "[::]:80"})

		// One that is taken fails all.
		other, err := transports.Listen(ctx, func() *recorder { return &recorder{} }, "tcp", "[::1]:80")
		must(err)
		looptest.Equal(t, "one is taken", addrs("both"), []string{"address already in use"})
		other.Close()
		looptest.Equal(t, "nothing was left", addrs("both"), []string{"127.0.0.1:80", "[::1]:80"})
	}, on(n))
}

// Whatever makes Accept fail, the server tells of it, waits a second, and goes on.
func TestAcceptFails(t *testing.T) {
	for _, errno := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.EINVAL} {
		t.Run(errno.Error(), func(t *testing.T) {
			leak.Check(t)
			n := newFaulty()
			n.accepts = []error{syscall.ECONNABORTED, fmt.Errorf("accept: %w", errno), errno}
			far := &recorder{}
			far.onMade = func(tr transports.Transport) { far.note("at %v", looptest.Now(tr.Context())) }
			var lines []string
			err := looptest.RunErr(func(ctx context.Context) error {
				s, addr := listen(ctx, func() *recorder { return far })
				_, _, err := transports.Connect(ctx, func() *recorder { return &recorder{} }, "tcp", addr)
				must(err)
				must(tasks.Sleep(ctx, 3*time.Second))
				looptest.Equal(t, "calls", far.log, []string{"made", "at 2s"})
				name := "a server cannot accept connections: " + strings.Replace(s.String(), "1 connection", "0 connections", 1)
				looptest.Equal(t, "reports", lines, []string{name + ": accept: " + errno.Error(), name + ": " + errno.Error()})

				// A server that is closed meanwhile does not go on.
				n.accepts = []error{errno}
				_, _, err = transports.Connect(ctx, func() *recorder { return &recorder{} }, "tcp", addr)
				must(err)
				settle(ctx)
				s.Close()
				for _, timer := range eventloop.FromContext(ctx).Snapshot().Timers {
					looptest.Equal(t, "cancelled", timer.Cancelled, true)
				}
				s.AbortClients()
				must(tasks.Sleep(ctx, 3*time.Second))
				return nil
			}, on(n), looptest.Report(&lines, looptest.Describe))
			looptest.Fails(t, "the run", err, "nil")
			looptest.Equal(t, "connections left", n.leaked(), 0)
		})
	}
}

// The server takes all who wait at once, up to the backlog and one.
func TestAcceptsInBatches(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		made := 0
		s, addr := listen(ctx, func() *recorder { made++; return &recorder{} },
			transports.WithoutStart(), transports.WithSocketOptions(network.Options{Backlog: 4}))
		for range 4 {
			_, _, err := transports.Connect(ctx, func() *recorder { return &recorder{} }, "tcp", addr)
			must(err)
		}
		must(s.Start(ctx))
		looptest.Turns(ctx, 1)
		looptest.Equal(t, "accepted", made, 4)
		s.Close()
		s.AbortClients()
		settle(ctx)
	})
}

func TestServerFactory(t *testing.T) {
	leak.Check(t)
	n := newFaulty()
	var lines []string
	err := looptest.RunErr(func(ctx context.Context) error {
		calls := 0
		var s *transports.Server
		s, addr := listen(ctx, func() *recorder {
			if calls++; calls == 1 {
				panic("no protocol")
			}
			s.Close()
			return &recorder{}
		}, transports.WithoutStart())
		connect := func() *recorder {
			p := &recorder{}
			_, _, err := transports.Connect(ctx, func() *recorder { return p }, "tcp", addr)
			must(err)
			return p
		}
		a, b, c := connect(), connect(), connect()
		must(s.Start(ctx))
		settle(ctx)
		looptest.Equal(t, "the first", a.log, []string{"made", "eof", "lost nil"})
		looptest.Equal(t, "the second", b.log, []string{"made"})
		looptest.Equal(t, "the third, for whom there is nobody", c.log, []string{"made", "lost connection reset by peer"})
		s.AbortClients()
		settle(ctx)
		return nil
	}, on(n), looptest.Report(&lines, looptest.Describe))
	looptest.Fails(t, "the run", err, "nil")
	if len(lines) != 1 || !strings.Contains(lines[0], "panic(no protocol)") {
		t.Errorf("reports: %q", lines)
	}
	looptest.Equal(t, "connections left", n.leaked(), 0)
}

func TestListenOn(t *testing.T) {
	leak.Check(t)
	n := memory.New()
	looptest.Run(t, func(ctx context.Context) {
		l, err := n.Listen(ctx, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 7}, network.Options{})
		must(err)
		far := &recorder{}
		s, err := transports.ListenOn(ctx, func() *recorder { return far }, l)
		must(err)
		tr, _, err := transports.Connect(ctx, func() *recorder { return &recorder{} }, "tcp", "127.0.0.1:7")
		must(err)
		settle(ctx)
		tr.Close()
		s.Close()
		must(s.WaitClosed(ctx))
		looptest.Equal(t, "calls", far.log, []string{"made", "eof", "lost nil"})
	}, on(n))
}
