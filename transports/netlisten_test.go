package transports_test

// Connections and listeners of the loop as package net has them.

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

func TestNewNetConn(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var near, far recorder
		a, b := connect(ctx, &near, &far)
		text(a, "before")
		settle(ctx)
		b.PauseReading()
		c := transports.NewNetConn(b)
		looptest.Equal(t, "transport", c.Transport() == b, true)
		text(a, "after")
		p := make([]byte, 10)
		n, err := c.Read(p)
		looptest.Outcome(t, "Read", string(p[:n]), err, "after")
		looptest.Equal(t, "the protocol before", far.take(), []string{"made", "data before"})
		b.Abort()
		c = transports.NewNetConn(b)
		_, err = c.Read(p)
		is(t, "Read of a connection that is closing", err, io.EOF)
		_, err = c.Write(p)
		is(t, "Write to a connection that is closing", err, transports.ErrClosing)
		c.Close()
	})
}

func TestNetListener(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l, err := transports.ListenNet(ctx, "tcp", "127.0.0.1:0", transports.WithSocketOptions(network.Options{Backlog: 2}))
		must(err)
		begin := looptest.Now(ctx)
		var conns []*transports.NetConn
		for range 4 { // 2 are ready, and 2 wait in the network
			conns = append(conns, dial(ctx, l))
		}
		settle(ctx)
		looptest.Equal(t, "accepting", l.Server().IsServing(), false)
		for i, c := range conns {
			far, err := l.Accept()
			must(err)
			looptest.Equal(t, "connection", far.RemoteAddr().String(), c.LocalAddr().String())
			settle(ctx)
			looptest.Equal(t, "accepting", l.Server().IsServing(), i >= 2)
			far.Close()
		}
		looptest.Equal(t, "time", looptest.Now(ctx), begin)

		// Two tasks wait, of which the first is cancelled when its turn has come.
		var got []net.Conn
		acceptor := func(context.Context) error {
			c, err := l.Accept()
			if err == nil {
				got = append(got, c)
			}
			return err
		}
		first, second := tasks.Go(ctx, acceptor), tasks.Go(ctx, acceptor)
		settle(ctx)
		c := dial(ctx, l)
		for range 10 {
			if first.Cancel() {
				break
			}
		}
		_, err = first.Await(ctx)
		looptest.Fails(t, "the first", err, "cancelled()")
		_, err = second.Await(ctx)
		looptest.Fails(t, "the second", err, "nil")
		c.Close()
		got[0].Close()

		// Close wakes, and drops what nobody has accepted.
		waiting := tasks.Go(ctx, acceptor)
		settle(ctx)
		l.Close()
		_, err = waiting.Await(ctx)
		is(t, "Accept", err, net.ErrClosed)
		is(t, "Close", l.Close(), net.ErrClosed)
		_, err = l.Accept()
		is(t, "Accept", err, net.ErrClosed)

		l, err = transports.ListenNet(ctx, "tcp", "127.0.0.1:0")
		must(err)
		c = dial(ctx, l)
		settle(ctx)
		l.Close()
		_, err = c.Read(make([]byte, 1))
		looptest.Equal(t, "Read", describe(err), "connection reset by peer")
		must(l.Server().WaitClosed(ctx))
		_, err = transports.ListenNet(ctx, "nowhere", "")
		is(t, "ListenNet", err, net.UnknownNetworkError("nowhere"))
		_, err = transports.DialNet(ctx, "nowhere", "")
		is(t, "DialNet", err, net.UnknownNetworkError("nowhere"))
	})
}

// Reports say what the tasks wait for.
func TestNetConnWaitsAreNamed(t *testing.T) {
	leak.Check(t)
	err := looptest.RunErr(func(ctx context.Context) error {
		a, _ := netPair(ctx, false)
		l, err := transports.ListenNet(ctx, "tcp", "127.0.0.1:7")
		must(err)
		tasks.Go(ctx, func(context.Context) error { _, err := l.Accept(); return err })
		tasks.Go(ctx, func(context.Context) error { _, err := a.Write(make([]byte, 1<<20)); return err })
		_, err = a.Read(make([]byte, 1))
		return err
	}, on(memory.New()))
	want := []string{
		"Task-1 waits for data of connection 1 127.0.0.1:32769 to 127.0.0.1:32768",
		"Task-2 waits for connection to server 1 at 127.0.0.1:7 (0 connections)",
		"Task-3 waits for room in connection 1 127.0.0.1:32769 to 127.0.0.1:32768",
	}
	var d *eventloop.DeadlockError
	if !errors.As(err, &d) {
		t.Fatal(err)
	}
	looptest.Equal(t, "waiting", d.Waiting(), want)
}
