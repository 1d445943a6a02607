package networktest

// Where connections arrive, and how they are made.

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/goasyncio/asyncio/network"
)

func accept(e *env) {
	l := e.listen(network.Options{})
	defer l.Close()
	if c, err := l.Accept(); c != nil || err != network.ErrWouldBlock {
		e.Errorf("Accept of nothing: %v, %v; want ErrWouldBlock itself", c, err)
	}
	var clients []network.Conn
	for i := range 5 {
		c, err := e.Dial(e.ctx, l.Addr(), network.Options{})
		e.must(err)
		defer c.Close()
		clients = append(clients, c)
		e.write(c, []byte{byte(i)})
	}
	seen := make(map[byte]bool)
	for range clients {
		c := e.accept(l)
		defer c.Close()
		p := make([]byte, 1)
		_, err := e.read(c, p)
		e.must(err)
		seen[p[0]] = true
	}
	if len(seen) != len(clients) {
		e.Errorf("%d of %d connections were accepted", len(seen), len(clients))
	}
	if c, err := l.Accept(); c != nil || err != network.ErrWouldBlock {
		e.Errorf("Accept when all were accepted: %v, %v", c, err)
	}
}

func acceptLevel(e *env) {
	l := e.listen(network.Options{})
	defer l.Close()
	count := func(c *counter) error { return l.OnReadable(e.run(func() { c.calls++ })) }
	e.count(count).never("before anybody has come")
	e.must(l.OnReadable(nil))
	for range 3 {
		c, err := e.Dial(e.ctx, l.Addr(), network.Options{})
		e.must(err)
		defer c.Close()
	}
	accepted := 0
	e.count(func(c *counter) error {
		return l.OnReadable(e.run(func() {
			c.calls++
			if conn, err := l.Accept(); err != network.ErrWouldBlock {
				e.must(err)
				accepted++
				e.must(conn.Close())
			}
		}))
	}).within(3)
	e.until(func() bool { return accepted == 3 })
	e.count(count).never("when all were accepted")
}

func refused(e *env) {
	l := e.listen(network.Options{})
	addr := l.Addr()
	e.must(l.Close())
	c, err := e.Dial(e.ctx, addr, network.Options{})
	if err == nil {
		c.Close()
		e.Fatal("somebody has answered where nobody listens")
	}
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "dial" {
		e.Errorf("%#v is not a *net.OpError of a dial", err)
	}
	if !is(err, syscall.ECONNREFUSED, wsaRefused) && !(e.name == "unix" && errors.Is(err, syscall.ENOENT)) {
		e.Errorf("Dial where nobody listens: %v", err)
	}
}

func inUse(e *env) {
	l := e.listen(network.Options{})
	defer l.Close()
	again, err := e.Listen(e.ctx, l.Addr(), network.Options{})
	if err == nil {
		again.Close()
		if e.name == "unix" {
			return // asyncio takes the path for one that was left behind
		}
		e.Fatal("two listen at the same address")
	}
	if !is(err, syscall.EADDRINUSE, wsaInUse) {
		e.Errorf("Listen at an address that is in use: %v", err)
	}
	c, err := e.Dial(e.ctx, l.Addr(), network.Options{}) // which has done it no harm
	e.must(err)
	e.must(c.Close())
	e.must(e.accept(l).Close())
}

// Connections that nobody has accepted are reset.
func closeOfListener(e *env) {
	l := e.listen(network.Options{})
	var all []network.Conn
	for range 3 {
		c, err := e.Dial(e.ctx, l.Addr(), network.Options{})
		e.must(err)
		defer c.Close()
		all = append(all, c)
	}
	first := e.accept(l)
	defer first.Close()
	e.settle()
	e.must(l.Close())
	ended := 0
	for _, c := range all[1:] {
		if _, err := e.end(c); isReset(err) || e.name == "unix" && err == io.EOF {
			ended++
		}
	}
	if ended != 2 {
		e.Errorf("%d of 2 connections were reset", ended)
	}
	e.write(first, []byte("still there"))
	e.expect(all[0], "still there")
}

func closeOfListenerTwice(e *env) {
	l := e.listen(network.Options{})
	c := e.count(func(c *counter) error { return l.OnReadable(e.run(func() { c.calls++ })) })
	for range 2 {
		e.must(l.Close())
	}
	c.never("after Close")
	if conn, err := l.Accept(); conn != nil || !errors.Is(err, net.ErrClosed) {
		e.Errorf("Accept after Close: %v, %v; want net.ErrClosed", conn, err)
	}
	if err := l.OnReadable(e.run(func() {})); !errors.Is(err, net.ErrClosed) {
		e.Errorf("OnReadable after Close: %v, want net.ErrClosed", err)
	}
	if l.Addr() == nil {
		e.Error("the address is forgotten")
	}
}

// A ctx that has ended makes no connection, or none that stays.
func dialCancelled(e *env) {
	l := e.listen(network.Options{})
	defer l.Close()
	ctx, cancel := context.WithCancel(e.ctx)
	cancel()
	c, err := e.Dial(ctx, l.Addr(), network.Options{})
	if err == nil {
		c.Close()
		e.Fatal("Dial with a ctx that has ended has made a connection")
	}
	if !errors.Is(err, context.Canceled) {
		e.Errorf("Dial with a ctx that has ended: %v", err)
	}
	e.settle()
	for {
		server, err := l.Accept()
		if err == network.ErrWouldBlock {
			break
		}
		e.must(err)
		if got, err := e.end(server); len(got) != 0 || err != io.EOF && !isReset(err) {
			e.Errorf("the other end reads %q, %v", got, err)
		}
		e.must(server.Close())
	}
}

func dialFrom(e *env) {
	l := e.listen(network.Options{})
	defer l.Close()
	a, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		e.Skip("unix sockets are from nowhere")
	}
	c, err := e.Dial(e.ctx, a, network.Options{Local: &net.TCPAddr{IP: a.IP}})
	e.must(err)
	defer c.Close()
	if from, ok := c.LocalAddr().(*net.TCPAddr); !ok || !from.IP.Equal(a.IP) || from.Port == 0 {
		e.Errorf("it is from %v", c.LocalAddr())
	}
	_, err = e.Dial(e.ctx, a, network.Options{Local: a})
	if err == nil {
		e.Error("a connection is from the address at which somebody listens")
	}
	server := e.accept(l)
	defer server.Close()
	e.write(c, []byte("hi"))
	e.expect(server, "hi")
}
