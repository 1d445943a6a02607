package system_test

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/networktest"
	"github.com/goasyncio/asyncio/network/system"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// The portable network keeps the rules.
func TestPortableConformance(t *testing.T) {
	networktest.Run(t, system.Portable)
}

var anywhere = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}

// callback is a function as a Runnable.
type callback func()

func (c callback) Run() { c() }

// real runs fn as the main task of a loop in real time.
func real(t *testing.T, fn func(ctx context.Context)) {
	t.Helper()
	main := func(ctx context.Context) error { fn(ctx); return nil }
	if err := runners.Run(context.Background(), main); err != nil {
		t.Error(err)
	}
}

// wait waits for a callback.
func wait(t *testing.T, ctx context.Context, on func(coro.Runnable) error) {
	t.Helper()
	f := futures.New[struct{}](ctx)
	err := on(callback(func() { on(nil); f.SetResult(struct{}{}) }))
	if err == nil {
		_, err = f.Await(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// beside accepts a connection from n by package net, so that it outlives the loop.
func beside(t *testing.T, ctx context.Context, n network.Network) (network.Conn, *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := n.Dial(ctx, l.Addr(), network.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return c, s.(*net.TCPConn)
}

// fill writes until c takes no more.
func fill(t *testing.T, ctx context.Context, c network.Conn) (taken int) {
	t.Helper()
	p := make([]byte, 1<<16)
	for idle := 0; idle < 3; idle++ {
		n, err := c.Write(p)
		if taken += n; n > 0 {
			idle = 0
		}
		if err != nil && err != network.ErrWouldBlock {
			t.Fatal(err)
		}
		if err := tasks.Sleep(ctx, 5*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	return taken
}

// What was written before Close is sent though the loop ends; what was not closed is
// reset.
func TestPortableEndOfLoop(t *testing.T) {
	for _, closed := range []bool{true, false} {
		leak.Check(t)
		taken := 0
		got := make(chan error, 1)
		var reading atomic.Bool
		var server *net.TCPConn
		real(t, func(ctx context.Context) {
			var c network.Conn
			c, server = beside(t, ctx, system.Portable())
			taken = fill(t, ctx, c)
			if closed {
				c.Close()
			}
			go func() { // begins to read while the loop ends
				time.Sleep(50 * time.Millisecond)
				reading.Store(true)
				n, err := io.Copy(io.Discard, server)
				if err == nil && n != int64(taken) {
					err = io.ErrUnexpectedEOF
				}
				got <- err
			}()
		})
		if closed && !reading.Load() {
			t.Error("the loop has not waited for what is to be sent")
		}
		err := <-got
		server.Close()
		if closed && err != nil || !closed && !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("closed %t: the other end ends with %v", closed, err)
		}
	}
}

// What is left at the end of the loop leaves nothing behind.
func TestPortableLeftovers(t *testing.T) {
	leak.Check(t)
	n := system.Portable()
	real(t, func(ctx context.Context) {
		l, err := n.Listen(ctx, anywhere, network.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			c, err := n.Dial(ctx, l.Addr(), network.Options{})
			if err != nil {
				t.Fatal(err)
			}
			c.OnReadable(callback(func() {}))
			c.Write([]byte("x"))
		}
		wait(t, ctx, l.OnReadable)
		if _, err := n.OpenPacket(ctx, &net.UDPAddr{IP: anywhere.IP}, nil, network.Options{}); err != nil {
			t.Fatal(err)
		}
		tasks.Go(ctx, func(ctx context.Context) error {
			_, err := n.Dial(ctx, l.Addr(), network.Options{})
			return err
		})
		tasks.Sleep(ctx, 0)
	})
}

// A dial that is cancelled, whenever that is, leaves no connection.
func TestPortableDialCancelled(t *testing.T) {
	leak.Check(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	real(t, func(ctx context.Context) {
		n := system.Portable()
		for i := range 50 {
			task := tasks.Create(ctx, func(ctx context.Context) (network.Conn, error) {
				return n.Dial(ctx, l.Addr(), network.Options{})
			})
			if tasks.Sleep(ctx, time.Duration(i)*10*time.Microsecond); i%10 == 0 {
				time.Sleep(time.Millisecond) // it has come, and the loop has not seen it
			}
			task.Cancel()
			if c, err := task.Await(ctx); err == nil {
				c.Close()
			} else {
				looptest.Fails(t, "the dial", err, "cancelled()")
			}
		}
	})
	// All that has come has ended.
	l.(*net.TCPListener).SetDeadline(time.Now().Add(50 * time.Millisecond))
	for {
		c, err := l.Accept()
		if err != nil {
			break
		}
		c.SetReadDeadline(time.Now().Add(10 * time.Second))
		var late net.Error
		if _, err := c.Read(make([]byte, 1)); err == nil || errors.As(err, &late) && late.Timeout() {
			t.Errorf("a connection is left: %v", err)
		}
		c.Close()
	}
	l.Close()
}

// A loop that waits for a connection is not deadlocked; virtual time does not wait for
// what others send, but for a dial.
func TestPortableVirtualTime(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		c, server := beside(t, ctx, system.Portable())
		defer c.Close()
		defer server.Close()
		if now := looptest.Now(ctx); now != 0 {
			t.Errorf("the dial has taken %v", now)
		}
		time.AfterFunc(10*time.Millisecond, func() { server.Write([]byte("x")) })
		wait(t, ctx, c.OnReadable)
	})
	err := looptest.RunErr(func(ctx context.Context) error {
		c, server := beside(t, ctx, system.Portable())
		defer c.Close()
		defer server.Close()
		c.OnReadable(callback(func() {}))
		c.OnReadable(nil)
		_, err := futures.New[int](ctx).Await(ctx)
		return err
	})
	var dead *eventloop.DeadlockError
	if !errors.As(err, &dead) {
		t.Errorf("without a callback: %v, want a deadlock", err)
	}
}

// On a closed loop there is nothing to be had.
func TestPortableClosedLoop(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	ctx := l.Context(context.Background())
	l.Close()
	_, err := system.Portable().Listen(ctx, anywhere, network.Options{})
	looptest.Fails(t, "Listen", err, eventloop.ErrLoopClosed.Error())
}

// Control is called for every kind of socket; its error is the call's.
func TestPortableControl(t *testing.T) {
	leak.Check(t)
	real(t, func(ctx context.Context) {
		n := system.Portable()
		no := errors.New("no")
		seen := make(map[string]bool)
		o := network.Options{Control: func(network, _ string, _ syscall.RawConn) error {
			seen[network] = true // on other goroutines, one at a time
			return no
		}}
		udp := &net.UDPAddr{IP: anywhere.IP, Port: 1}
		_, err := n.Dial(ctx, &net.TCPAddr{IP: anywhere.IP, Port: 1}, o)
		_, err2 := n.Listen(ctx, anywhere, o)
		_, err3 := n.OpenPacket(ctx, &net.UDPAddr{IP: anywhere.IP}, nil, o)
		_, err4 := n.OpenPacket(ctx, nil, udp, o)
		for _, err := range []error{err, err2, err3, err4} {
			if !errors.Is(err, no) {
				t.Errorf("%v, want what Control has returned", err)
			}
		}
		looptest.Equal(t, "networks", seen, map[string]bool{"tcp4": true, "udp4": true})
	})
}

// Several may share a port if they say so, and a listener at an open address has both
// families.
func TestPortableOptions(t *testing.T) {
	leak.Check(t)
	real(t, func(ctx context.Context) {
		n := system.Portable()
		share := network.Options{ReusePort: true, ReuseAddr: network.On, KeepAlive: true, Delay: true}
		l, err := n.Listen(ctx, anywhere, share)
		if errors.Is(err, errors.ErrUnsupported) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		two, err := n.Listen(ctx, l.Addr(), share)
		if err != nil {
			t.Fatal(err)
		}
		two.Close()
		open, err := n.Listen(ctx, &net.TCPAddr{}, network.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer open.Close()
		c, err := n.Dial(ctx, &net.TCPAddr{Port: open.Addr().(*net.TCPAddr).Port}, network.Options{KeepAlive: true})
		if err != nil {
			t.Fatal(err)
		}
		c.Close()
	})
}
