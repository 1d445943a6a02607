package memory_test

// Datagrams.

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
)

func udp(addr string) *net.UDPAddr {
	a, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		panic(err)
	}
	return a
}

// open opens a socket or fails the test.
func open(t *testing.T, ctx context.Context, n *memory.Network, local, remote net.Addr) network.PacketConn {
	t.Helper()
	c, err := n.OpenPacket(ctx, local, remote, network.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// gotFrom says what a ReadFrom comes to.
func gotFrom(c network.PacketConn) string {
	p := make([]byte, 100)
	n, from, err := c.ReadFrom(p)
	if err != nil {
		return outcome("", err)
	}
	return fmt.Sprintf("%q from %v", p[:n], from)
}

// Who gets a datagram, and whom it is from.
func TestDatagrams(t *testing.T) {
	leak.Check(t)
	for _, tt := range []struct {
		at, local, from, source, to string
		want                        string
	}{
		{"", "127.0.0.1:53", "", "127.0.0.1:0", "127.0.0.1:53", `"x" from 127.0.0.1:32768`},
		{"", "127.0.0.1:53", "", "0.0.0.0:0", ":53", `"x" from 127.0.0.1:32768`},
		{"", ":53", "", "0.0.0.0:0", "127.0.0.1:53", `"x" from 127.0.0.1:32768`},
		{"", ":53", "", ":7", "[::1]:53", `"x" from [::1]:7`},
		{"", "127.0.0.1:53", "", ":7", "127.0.0.1:54", "would block"},
		{"", "[::]:53", "", ":7", "127.0.0.1:53", "would block"},
		{"", ":53", "", "127.0.0.1:7", "[::1]:53", "wrong family"},
		{"a", ":53", "b", "0.0.0.0:7", "192.0.2.1:53", `"x" from 192.0.2.2:7`},
		{"a", ":53", "b", "192.0.2.22:7", "192.0.2.1:53", `"x" from 192.0.2.22:7`},
		{"a", ":53", "b", ":7", "[2001:db8::1]:53", "unreachable"},
		{"a", ":53", "b", "0.0.0.0:7", "127.0.0.1:53", "would block"},
	} {
		looptest.Run(t, func(ctx context.Context) {
			n := hosts()
			to := open(t, memory.On(ctx, tt.at), n, udp(tt.local), nil)
			from := open(t, memory.On(ctx, tt.from), n, udp(tt.source), nil)
			text := ""
			if err := from.WriteTo([]byte("x"), udp(tt.to)); err != nil {
				text = outcome("", err)
			} else {
				text = gotFrom(to)
			}
			looptest.Equal(t, fmt.Sprintf("%+v", tt), text, tt.want)
		})
	}
}

func TestDatagramsTakeTime(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := hosts(memory.WithLatency(time.Second))
		a := open(t, memory.On(ctx, "a"), n, udp("192.0.2.1:1"), nil)
		b := open(t, memory.On(ctx, "b"), n, udp("192.0.2.2:2"), a.LocalAddr())
		send := func(text string) {
			if err := b.WriteTo([]byte(text), nil); err != nil {
				t.Error(err)
			}
		}
		send("one")
		sleep(t, ctx, time.Second-1)
		looptest.Equal(t, "on its way", gotFrom(a), "would block")
		sleep(t, ctx, 1)
		looptest.Equal(t, "there", gotFrom(a), `"one" from 192.0.2.2:2`)

		send("lost on its way")
		n.Partition("a", "b")
		send("lost at once")
		sleep(t, ctx, time.Minute)
		n.Heal("a", "b")
		send("two")
		sleep(t, ctx, time.Minute)
		looptest.Equal(t, "after a partition", gotFrom(a), `"two" from 192.0.2.2:2`)

		send("three")
		a.Close()
		sleep(t, ctx, 2*time.Second-1)
		looptest.Equal(t, "nobody there yet", gotFrom(b), "would block")
		sleep(t, ctx, 1)
		looptest.Equal(t, "nobody there", gotFrom(b), "refused")
		looptest.Equal(t, "which is said once", gotFrom(b), "would block")
		send("four")
		sleep(t, ctx, time.Minute)
		looptest.Equal(t, "the next send", outcome("", b.WriteTo(nil, nil)), "refused")
		send("five")
		b.Close()
		sleep(t, ctx, time.Minute)
	})
}

// A socket that is full loses what comes: it is when the bytes are as many as it
// takes, an empty datagram for one.
func TestFullSocket(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := memory.New(memory.WithBuffer(10))
		a, b := open(t, ctx, n, udp("127.0.0.1:1"), nil), open(t, ctx, n, udp("127.0.0.1:2"), nil)
		for _, text := range []string{"12345678", "", "more than there is room for", "lost"} {
			if err := a.WriteTo([]byte(text), b.LocalAddr()); err != nil {
				t.Error(err)
			}
		}
		for _, want := range []string{"12345678", "", "more than there is room for"} {
			looptest.Equal(t, "received", gotFrom(b), fmt.Sprintf("%q from 127.0.0.1:1", want))
		}
		looptest.Equal(t, "at the end", gotFrom(b), "would block")
		looptest.Equal(t, "a long one", outcome("", a.WriteTo(make([]byte, 65508), b.LocalAddr())), "too long")
	})
}

// One that is connected gets nothing from others.
func TestConnectedSocket(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := memory.New()
		a, other := open(t, ctx, n, udp("127.0.0.1:1"), nil), open(t, ctx, n, udp("127.0.0.1:2"), nil)
		b := open(t, ctx, n, nil, a.LocalAddr())
		looptest.Equal(t, "addresses", fmt.Sprint(b.LocalAddr(), b.RemoteAddr()), "127.0.0.1:32768 127.0.0.1:1")
		other.WriteTo([]byte("x"), b.LocalAddr())
		a.WriteTo([]byte("y"), b.LocalAddr())
		looptest.Equal(t, "received", gotFrom(b), `"y" from 127.0.0.1:1`)
		if err := b.WriteTo([]byte("to another"), other.LocalAddr()); err != nil {
			t.Error(err)
		}
		looptest.Equal(t, "received", gotFrom(other), `"to another" from 127.0.0.1:32768`)
	})
}

func TestUnixgram(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := memory.New(memory.WithBuffer(10), memory.WithLatency(time.Hour))
		at := func(name string) *net.UnixAddr { return &net.UnixAddr{Name: name, Net: "unixgram"} }
		a := open(t, ctx, n, at("/a"), nil)
		b := open(t, ctx, n, nil, at("/a"))
		c := open(t, ctx, n, at(""), at("/a"))
		for i, tt := range []struct {
			from, to network.PacketConn
			addr     net.Addr
			text     string
			want     string
		}{
			{b, a, nil, "unnamed", `"unnamed" from `},
			{c, a, nil, "autobound", `"autobound" from @1`},
			{a, c, at("@1"), "back", `"back" from /a`},
			{a, c, at("/nobody"), "", "no such file"},
			{a, c, nil, "", "no address"},
			{a, c, at("/listener"), "", "wrong type"},
			{a, c, udp("127.0.0.1:1"), "", "unsupported"},
			{a, c, at("@1"), "more than 10", "too long"},
		} {
			if i == 5 {
				listen(t, ctx, n, &net.UnixAddr{Name: "/listener", Net: "unix"}, network.Options{})
			}
			text := ""
			if err := tt.from.WriteTo([]byte(tt.text), tt.addr); err != nil {
				text = outcome("", err)
			} else {
				text = gotFrom(tt.to)
			}
			looptest.Equal(t, fmt.Sprint("case ", i), text, tt.want)
		}

		// One that is full makes the sender wait.
		calls := 0
		for i := range 3 {
			err := b.WriteTo([]byte("12345"), nil)
			looptest.Equal(t, fmt.Sprint("send ", i), outcome("", err), map[bool]string{true: `""`, false: "would block"}[i < 2])
		}
		b.OnWritable(callback(func() { calls++ }))
		looptest.Turns(ctx, 5)
		looptest.Equal(t, "calls before there is room", calls, 0)
		looptest.Equal(t, "received", gotFrom(a), `"12345" from `)
		looptest.Turns(ctx, 5)
		if calls == 0 {
			t.Error("no call though there is room")
		}

		// One that is connected takes from no other.
		d := open(t, ctx, n, at("/d"), nil)
		looptest.Equal(t, "to one that has another", outcome("", d.WriteTo(nil, at("@1"))), "not permitted")

		// The end of the receiver lets the senders go on, to an error.
		b.WriteTo([]byte("12345"), nil)
		looptest.Equal(t, "full", outcome("", b.WriteTo(nil, nil)), "would block")
		calls = 0
		a.Close()
		looptest.Turns(ctx, 2)
		if calls == 0 {
			t.Error("no call though the receiver is closed")
		}
		looptest.Equal(t, "to one that is closed", outcome("", b.WriteTo(nil, nil)), "refused")
		_, err := n.OpenPacket(ctx, nil, at("/a"), network.Options{})
		looptest.Equal(t, "connecting to nobody", outcome("", err), "no such file")
		_, err = n.OpenPacket(ctx, at("/d"), nil, network.Options{})
		looptest.Equal(t, "a path that is taken", outcome("", err), "in use")
	})
}

func TestUnixPaths(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := hosts()
		at := func(name string) *net.UnixAddr { return &net.UnixAddr{Name: name} }
		l := listen(t, ctx, n, at("/s"), network.Options{})
		_, err := n.Listen(ctx, at("/s"), network.Options{})
		looptest.Equal(t, "a path that is taken", outcome("", err), "in use")
		_, err = n.Dial(ctx, at("/t"), network.Options{})
		looptest.Equal(t, "no path", outcome("", err), "no such file")
		_, err = n.Dial(memory.On(ctx, "a"), at("/s"), network.Options{})
		looptest.Equal(t, "the path of another host", outcome("", err), "no such file")
		open(t, ctx, n, &net.UnixAddr{Name: "/d", Net: "unixgram"}, nil)
		_, err = n.Dial(ctx, at("/d"), network.Options{})
		looptest.Equal(t, "of another kind", outcome("", err), "wrong type")
		l.Close()
		listen(t, ctx, n, at("/s"), network.Options{})
		looptest.Equal(t, "made up", fmt.Sprint(listen(t, ctx, n, at(""), network.Options{}).Addr(), listen(t, ctx, n, at(""), network.Options{}).Addr()), "@1 @2")
	})
}
