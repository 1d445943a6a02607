package transports_test

// Datagrams that a socket does not take at once, on one that takes what a test says.

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/transports"
)

// A packetConn is a network.PacketConn that takes as many datagrams as it has room for.
type packetConn struct {
	room     int
	err      error // of what it cannot take, nil for ErrWouldBlock
	readErr  error
	sent     []string
	writable coro.Runnable
	readable coro.Runnable
	closed   int
}

func (c *packetConn) ReadFrom([]byte) (int, net.Addr, error) {
	if c.readErr != nil {
		return 0, nil, c.readErr
	}
	return 0, nil, network.ErrWouldBlock
}

func (c *packetConn) WriteTo(p []byte, addr net.Addr) error {
	if c.room == 0 {
		if err := c.err; err != nil {
			c.err = nil
			return err
		}
		return network.ErrWouldBlock
	}
	c.room--
	c.sent = append(c.sent, string(p))
	return nil
}

func (c *packetConn) Close() error                     { c.closed++; return nil }
func (c *packetConn) OnReadable(r coro.Runnable) error { c.readable = r; return nil }
func (c *packetConn) OnWritable(r coro.Runnable) error { c.writable = r; return nil }
func (c *packetConn) LocalAddr() net.Addr              { return &net.UnixAddr{Name: "here"} }
func (c *packetConn) RemoteAddr() net.Addr             { return nil }

func (c *packetConn) ready(room int) {
	c.room = room
	if c.writable != nil {
		c.writable.Run()
	}
}

// packetNetwork gives out one socket.
type packetNetwork struct {
	network.Network
	conn *packetConn
}

func (n packetNetwork) OpenPacket(context.Context, net.Addr, net.Addr, network.Options) (network.PacketConn, error) {
	return n.conn, nil
}

func TestDatagramBuffer(t *testing.T) {
	to := &net.UnixAddr{Name: "there"}
	send := func(tr transports.DatagramTransport, s string) { must(tr.SendTo([]byte(s), to)) }
	tests := []struct {
		name string
		do   func(t *testing.T, tr transports.DatagramTransport, c *packetConn)
		sent string
		log  []string
	}{
		{"in order", func(t *testing.T, tr transports.DatagramTransport, c *packetConn) {
			c.room = 1
			send(tr, "a")
			send(tr, "b")
			send(tr, "c")
			looptest.Equal(t, "size", tr.WriteBufferSize(), 18)
			c.ready(1)
			looptest.Equal(t, "size", tr.WriteBufferSize(), 9)
			c.room = 1
			send(tr, "d") // no new attempt
			c.ready(5)
			looptest.Equal(t, "size", tr.WriteBufferSize(), 0)
			looptest.Equal(t, "callback", c.writable, nil)
		}, "a b c d", []string{"made"}},
		{"close waits", func(t *testing.T, tr transports.DatagramTransport, c *packetConn) {
			send(tr, "a")
			send(tr, "b")
			tr.Close()
			is(t, "SendTo", tr.SendTo([]byte("c"), to), transports.ErrClosing)
			c.ready(1)
			looptest.Equal(t, "closed", c.closed, 0)
			c.ready(1)
			looptest.Equal(t, "closed", c.closed, 1)
		}, "a b", []string{"made", "lost nil"}},
		{"abort does not", func(t *testing.T, tr transports.DatagramTransport, c *packetConn) {
			send(tr, "a")
			w := c.writable
			tr.Abort()
			tr.Abort()
			c.room = 1
			w.Run()
		}, "", []string{"made", "lost nil"}},
		{"errors", func(t *testing.T, tr transports.DatagramTransport, c *packetConn) {
			c.err = errBroken
			send(tr, "lost at once")
			send(tr, "lost later")
			send(tr, "b")
			c.err = errBroken
			c.ready(0)
			c.ready(1)
			c.readErr = errBroken
			c.readable.Run()
		}, "b", []string{"made", "error broken", "error broken", "error broken"}},
		{"an error of the last before close", func(t *testing.T, tr transports.DatagramTransport, c *packetConn) {
			send(tr, "a")
			tr.Close()
			c.err = errBroken
			c.ready(0)
			c.ready(0)
		}, "", []string{"made", "error broken", "lost nil"}},
		{"flow control", func(t *testing.T, tr transports.DatagramTransport, c *packetConn) {
			tr.SetWriteBufferLimits(20, 9)
			send(tr, "abc")
			send(tr, "a")
			send(tr, "b")
			c.ready(1)
			tr.Protocol().(*listener).note("not yet")
			c.ready(1)
			c.ready(1)
			tr.SetWriteBufferLimits(0, 0)
			send(tr, "") // counts too
		}, "abc a b", []string{"made", "pause", "not yet", "resume", "pause"}},
		{"what was sent may change", func(t *testing.T, tr transports.DatagramTransport, c *packetConn) {
			p := []byte("a")
			must(tr.SendTo(p, to))
			p[0] = 'b'
			c.ready(1)
		}, "a", []string{"made"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			c, p := &packetConn{}, &listener{}
			looptest.Run(t, func(ctx context.Context) {
				tr := packets(ctx, p, "127.0.0.1:1", "")
				tt.do(t, tr, c)
				settle(ctx)
			}, on(packetNetwork{memory.New(), c}))
			looptest.Equal(t, "sent", strings.Join(c.sent, " "), tt.sent)
			looptest.Equal(t, "calls", p.log, tt.log)
			looptest.Equal(t, "closed", c.closed, 1)
		})
	}
}

// Many datagrams take no more time each than few.
func TestDatagramQueue(t *testing.T) {
	leak.Check(t)
	c := &packetConn{}
	looptest.Run(t, func(ctx context.Context) {
		tr := packets(ctx, &listener{}, "127.0.0.1:1", "")
		for i := range 1000 {
			must(tr.SendTo(fmt.Appendf(nil, "%d", i), c.LocalAddr()))
			if i%3 == 0 {
				c.ready(1)
				c.room = 0
			}
		}
		tr.Close()
		for tr.WriteBufferSize() > 0 {
			c.ready(7)
		}
		for i, s := range c.sent {
			looptest.Equal(t, "sent", s, fmt.Sprint(i))
		}
	}, on(packetNetwork{memory.New(), c}))
	looptest.Equal(t, "sent", len(c.sent), 1000)
}
