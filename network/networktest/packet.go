package networktest

// Datagrams.

import (
	"bytes"
	"errors"
	"net"

	"github.com/goasyncio/asyncio/network"
)

var packetChecks = []check{
	{"Datagrams", datagrams},
	{"Boundaries", boundaries},
	{"Truncated", truncated},
	{"Connected", connected},
	{"ConnectedToNobody", connectedToNobody},
	{"Nobody", nobody},
	{"Overrun", overrun},
	{"ReadableLevel", packetReadable},
	{"WritableLevel", packetWritable},
	{"Close", packetClose},
	{"NoAddress", noAddress},
}

// open opens a socket at an address of the kind.
func (e *env) open(remote net.Addr) network.PacketConn {
	e.Helper()
	c, err := e.OpenPacket(e.ctx, e.local(e.T), remote, network.Options{})
	if err != nil && e.name == "udp6" {
		e.Skip("no IPv6 here: ", err)
	}
	e.must(err)
	return c
}

// send sends when there is room.
func (e *env) send(c network.PacketConn, p []byte, to net.Addr) {
	e.Helper()
	for {
		err := c.WriteTo(p, to)
		if err == network.ErrWouldBlock {
			e.wait(c.OnWritable)
			continue
		}
		e.must(err)
		return
	}
}

// receive returns the next datagram and whom it is from.
func (e *env) receive(c network.PacketConn, p []byte) ([]byte, net.Addr, error) {
	e.Helper()
	for {
		n, from, err := c.ReadFrom(p)
		if err != network.ErrWouldBlock {
			return p[:n], from, err
		}
		e.wait(c.OnReadable)
	}
}

// expectFrom receives a datagram, which must be as said.
func (e *env) expectFrom(c network.PacketConn, want []byte, from net.Addr) {
	e.Helper()
	p, addr, err := e.receive(c, make([]byte, 100_000))
	e.must(err)
	if !bytes.Equal(p, want) {
		e.Errorf("received %d bytes, want %d: %.40q", len(p), len(want), p)
	}
	if addr == nil || addr.String() != from.String() || addr.Network() != from.Network() {
		e.Errorf("it is from %v, want %v", addr, from)
	}
}

func datagrams(e *env) {
	a, b := e.open(nil), e.open(nil)
	defer a.Close()
	defer b.Close()
	if a.RemoteAddr() != nil {
		e.Errorf("it is connected to %v", a.RemoteAddr())
	}
	if n, from, err := a.ReadFrom(make([]byte, 1)); n != 0 || from != nil || err != network.ErrWouldBlock {
		e.Errorf("ReadFrom of nothing: %d, %v, %v; want ErrWouldBlock itself", n, from, err)
	}
	e.send(a, []byte("ping"), b.LocalAddr())
	e.expectFrom(b, []byte("ping"), a.LocalAddr())
	e.send(b, []byte("pong"), a.LocalAddr())
	e.expectFrom(a, []byte("pong"), b.LocalAddr())
}

func boundaries(e *env) {
	a, b := e.open(nil), e.open(nil)
	defer a.Close()
	defer b.Close()
	for _, size := range []int{3, 0, 1, 1200, 0, 5000, 2} {
		e.send(a, pattern(size), b.LocalAddr())
	}
	for _, size := range []int{3, 0, 1, 1200, 0, 5000, 2} {
		e.expectFrom(b, pattern(size), a.LocalAddr())
	}
}

// What has no room is cut off, and the next datagram is the next.
func truncated(e *env) {
	a, b := e.open(nil), e.open(nil)
	defer a.Close()
	defer b.Close()
	e.send(a, []byte("long"), b.LocalAddr())
	e.send(a, []byte("next"), b.LocalAddr())
	if p, _, err := e.receive(b, make([]byte, 2)); string(p) != "lo" {
		e.Errorf("received %q, %v", p, err) // Windows says WSAEMSGSIZE as well
	}
	e.expectFrom(b, []byte("next"), a.LocalAddr())
}

func connected(e *env) {
	a, other := e.open(nil), e.open(nil)
	b := e.open(a.LocalAddr())
	defer a.Close()
	defer b.Close()
	defer other.Close()
	if r := b.RemoteAddr(); r == nil || r.String() != a.LocalAddr().String() {
		e.Errorf("it is connected to %v", r)
	}
	if err := other.WriteTo([]byte("noise"), b.LocalAddr()); err == network.ErrWouldBlock {
		e.Error("WriteTo would block")
	} // an error, as unix sockets give, is as good
	e.send(b, []byte("to you"), nil)
	e.expectFrom(a, []byte("to you"), b.LocalAddr())
	e.send(a, []byte("to me"), b.LocalAddr())
	e.expectFrom(b, []byte("to me"), a.LocalAddr())
}

// That nobody takes a datagram does not end the socket.
func connectedToNobody(e *env) {
	gone := e.open(nil)
	b := e.open(gone.LocalAddr())
	defer b.Close()
	e.must(gone.Close())
	for range 3 {
		if err := b.WriteTo([]byte("hello?"), nil); err == network.ErrWouldBlock {
			e.Error("WriteTo would block")
		}
		e.settle()
		if _, _, err := b.ReadFrom(make([]byte, 1)); err == nil || errors.Is(err, net.ErrClosed) {
			e.Errorf("ReadFrom of nothing: %v", err)
		}
	}
}

func nobody(e *env) {
	gone, b, c := e.open(nil), e.open(nil), e.open(nil)
	defer b.Close()
	defer c.Close()
	e.must(gone.Close())
	for range 2 {
		if err := b.WriteTo([]byte("hello?"), gone.LocalAddr()); err == network.ErrWouldBlock {
			e.Error("WriteTo would block")
		}
		e.settle()
	}
	for { // systems may tell by an error
		err := b.WriteTo([]byte("x"), c.LocalAddr())
		if err == nil {
			break
		}
		if errors.Is(err, net.ErrClosed) || err == network.ErrWouldBlock {
			e.Fatal(err)
		}
	}
	e.expectFrom(c, []byte("x"), b.LocalAddr())
}

// A socket that nobody reads loses datagrams, or makes the sender wait, and works
// again when there is room.
func overrun(e *env) {
	a, b := e.open(nil), e.open(nil)
	defer a.Close()
	defer b.Close()
	sent, blocked := 0, false
	for ; sent < 10_000 && !blocked; sent++ {
		if err := a.WriteTo(pattern(1000), b.LocalAddr()); err == network.ErrWouldBlock {
			blocked = true
		}
	}
	p, _, err := e.receive(b, make([]byte, 2000)) // some have arrived, or will
	got := 0
	for err != network.ErrWouldBlock {
		e.must(err)
		if got++; len(p) != 1000 {
			e.Fatalf("a datagram of %d bytes", len(p))
		}
		var n int
		n, _, err = b.ReadFrom(p[:cap(p)])
		p = p[:n]
	}
	if got > sent {
		e.Errorf("%d of %d datagrams arrived", got, sent)
	}
	if blocked {
		e.wait(a.OnWritable)
	}
	e.send(a, []byte("again"), b.LocalAddr())
	e.settle()
	for { // what was under way until now comes first
		p, _, err := e.receive(b, make([]byte, 2000))
		e.must(err)
		if len(p) != 1000 {
			if string(p) != "again" {
				e.Errorf("received %q", p)
			}
			return
		}
	}
}

func packetReadable(e *env) {
	a, b := e.open(nil), e.open(nil)
	defer a.Close()
	defer b.Close()
	count := func(c *counter) error { return b.OnReadable(e.run(func() { c.calls++ })) }
	e.count(count).never("before anything was sent")
	e.must(b.OnReadable(nil))
	for range 3 {
		e.send(a, nil, b.LocalAddr())
	}
	e.count(count).again()
	got := 0
	e.count(func(c *counter) error {
		return b.OnReadable(e.run(func() {
			c.calls++
			if _, _, err := b.ReadFrom(nil); err != network.ErrWouldBlock {
				e.must(err)
				got++
			}
		}))
	}).within(3)
	e.until(func() bool { return got == 3 })
	e.count(count).never("when all was read")
}

func packetWritable(e *env) {
	a := e.open(nil)
	defer a.Close()
	e.count(func(c *counter) error { return a.OnWritable(e.run(func() { c.calls++ })) }).again()
	c := e.count(func(c *counter) error { return a.OnWritable(nil) })
	c.never("after OnWritable(nil)")
}

func packetClose(e *env) {
	a, b := e.open(nil), e.open(nil)
	defer b.Close()
	e.send(b, []byte("x"), a.LocalAddr())
	e.wait(a.OnReadable)
	r := e.count(func(c *counter) error { return a.OnReadable(e.run(func() { c.calls++ })) })
	w := e.count(func(c *counter) error { return a.OnWritable(e.run(func() { c.calls++ })) })
	for range 2 {
		e.must(a.Close())
	}
	r.never("after Close")
	w.never("after Close")
	_, _, err := a.ReadFrom(make([]byte, 1))
	for _, err := range []error{
		err, a.WriteTo([]byte("x"), b.LocalAddr()), a.OnReadable(e.run(func() {})), a.OnWritable(e.run(func() {})),
	} {
		if !errors.Is(err, net.ErrClosed) {
			e.Errorf("after Close: %v, want net.ErrClosed", err)
		}
	}
	if a.LocalAddr() == nil {
		e.Error("the address is forgotten")
	}
}

func noAddress(e *env) {
	a := e.open(nil)
	defer a.Close()
	if err := a.WriteTo([]byte("x"), nil); err == nil || err == network.ErrWouldBlock {
		e.Errorf("WriteTo to nobody: %v", err)
	}
}
