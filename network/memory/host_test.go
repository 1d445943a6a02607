package memory_test

// Machines and their addresses.

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/tasks"
)

// hosts are three machines: one with an address of each kind, one with several, one
// that was given its own.
func hosts(opts ...memory.Option) *memory.Network {
	return memory.New(append([]memory.Option{
		memory.WithHost("a", "192.0.2.1", "2001:db8::1"),
		memory.WithHost("b", "192.0.2.2", "192.0.2.22"),
		memory.WithHost("c"),
	}, opts...)...)
}

func tcp(addr string) *net.TCPAddr {
	a, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		panic(err)
	}
	return a
}

// Where one listens, another dials, and what comes of it.
func TestReach(t *testing.T) {
	leak.Check(t)
	for _, tt := range []struct {
		at, listen, from, dial, local string
		want                          string // whom the server sees, or the error
	}{
		{"", "127.0.0.1:80", "", "127.0.0.1:80", "", "127.0.0.1:32768"},
		{"", "127.0.0.1:80", "", ":80", "", "127.0.0.1:32768"},
		{"", "0.0.0.0:80", "", "0.0.0.0:80", "", "127.0.0.1:32768"},
		{"", "[::]:80", "", "[::]:80", "", "[::1]:32768"},
		{"", "[::]:80", "", "127.0.0.1:80", "", "refused"},
		{"", ":80", "", "127.0.0.1:80", "", "127.0.0.1:32768"},
		{"", ":80", "", "[::1]:80", "", "[::1]:32768"},
		{"", "0.0.0.0:80", "", "[::1]:80", "", "refused"},
		{"", "198.51.100.1:80", "", "198.51.100.1:80", "", "198.51.100.1:32768"},
		{"", "198.51.100.1:80", "", "198.51.100.2:80", "", "refused"},
		{"", "198.51.100.1:80", "", "198.51.100.1:81", "", "refused"},
		{"", ":80", "", "198.51.100.1:80", "", "198.51.100.1:32768"},
		{"", ":80", "", "198.51.100.1:80", "127.0.0.1:9", "127.0.0.1:9"},
		{"", ":80", "", "198.51.100.1:80", "192.0.2.1:9", "not available"},
		{"", ":80", "", "127.0.0.1:80", "127.0.0.1:80", "in use"},

		{"a", "127.0.0.1:80", "a", "127.0.0.1:80", "", "127.0.0.1:32768"},
		{"a", "127.0.0.1:80", "b", "127.0.0.1:80", "", "refused"},
		{"a", "127.0.0.1:80", "b", "192.0.2.1:80", "", "refused"},
		{"a", ":80", "b", "192.0.2.1:80", "", "192.0.2.2:32768"},
		{"a", ":80", "b", "192.0.2.1:80", "192.0.2.22:0", "192.0.2.22:32768"},
		{"a", ":80", "b", "192.0.2.1:80", "0.0.0.0:7", "192.0.2.2:7"},
		{"a", ":80", "a", "192.0.2.1:80", "", "192.0.2.1:32768"},
		{"a", ":80", "b", "[2001:db8::1]:80", "", "unreachable"},
		{"a", ":80", "", "192.0.2.1:80", "", "192.0.2.1:32768"},
		{"a", ":80", "", "[2001:db8::1]:80", "", "[2001:db8::1]:32768"},
		{"a", "192.0.2.2:80", "a", "127.0.0.1:80", "", "listen: not available"},
		{"c", "10.0.0.3:80", "b", "10.0.0.3:80", "", "192.0.2.2:32768"},
		{"", "203.0.113.5:80", "c", "203.0.113.5:80", "", "10.0.0.3:32768"},
		{"", ":80", "c", "192.0.2.1:80", "", "refused"},
	} {
		looptest.Run(t, func(ctx context.Context) {
			n := hosts()
			l, err := n.Listen(memory.On(ctx, tt.at), tcp(tt.listen), network.Options{})
			if err != nil {
				looptest.Equal(t, fmt.Sprintf("%+v", tt), "listen: "+outcome("", err), tt.want)
				return
			}
			var o network.Options
			if tt.local != "" {
				o.Local = tcp(tt.local)
			}
			got := ""
			if c, err := n.Dial(memory.On(ctx, tt.from), tcp(tt.dial), o); err != nil {
				got = outcome("", err)
			} else if s, err := l.Accept(); err != nil {
				got = "not accepted"
			} else if got = s.RemoteAddr().String(); got != c.LocalAddr().String() {
				t.Errorf("%+v: the client is at %v", tt, c.LocalAddr())
			}
			looptest.Equal(t, fmt.Sprintf("%+v", tt), got, tt.want)
		})
	}
}

// Who can listen where another does.
func TestInUse(t *testing.T) {
	leak.Check(t)
	share := network.Options{ReusePort: true}
	for _, tt := range []struct {
		one  string
		o    network.Options
		two  string
		p    network.Options
		want string
	}{
		{"127.0.0.1:80", network.Options{}, "127.0.0.1:80", network.Options{}, "in use"},
		{"127.0.0.1:80", network.Options{}, "127.0.0.1:81", network.Options{}, `""`},
		{"127.0.0.1:80", network.Options{}, "127.0.0.2:80", network.Options{}, `""`},
		{"127.0.0.1:80", network.Options{}, "0.0.0.0:80", network.Options{}, "in use"},
		{"0.0.0.0:80", network.Options{}, "127.0.0.1:80", network.Options{}, "in use"},
		{"0.0.0.0:80", network.Options{}, "[::]:80", network.Options{}, `""`},
		{"0.0.0.0:80", network.Options{}, "[::]:80", network.Options{IPv6Only: network.Off}, "in use"},
		{"0.0.0.0:80", network.Options{}, ":80", network.Options{}, "in use"},
		{"0.0.0.0:80", network.Options{}, ":80", network.Options{IPv6Only: network.On}, `""`},
		{":80", network.Options{}, "[::1]:80", network.Options{}, "in use"},
		{"127.0.0.1:80", share, "127.0.0.1:80", share, `""`},
		{"127.0.0.1:80", share, "127.0.0.1:80", network.Options{}, "in use"},
	} {
		looptest.Run(t, func(ctx context.Context) {
			n := memory.New()
			l := listen(t, ctx, n, tcp(tt.one), tt.o)
			_, err := n.Listen(ctx, tcp(tt.two), tt.p)
			looptest.Equal(t, fmt.Sprintf("%+v", tt), outcome("", err), tt.want)
			l.Close()
			if tt.want == "in use" {
				listen(t, ctx, n, tcp(tt.two), tt.p) // it is free now
			}
		})
	}
}

// Ports that nobody asked for differ, and come back.
func TestEphemeralPorts(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := memory.New()
		seen := make(map[string]bool)
		for range 1000 {
			seen[listen(t, ctx, n, tcp("0.0.0.0:0"), network.Options{}).Addr().String()] = true
		}
		if len(seen) != 1000 {
			t.Errorf("%d addresses for 1000 listeners", len(seen))
		}
		l := listen(t, ctx, n, port, network.Options{})
		for range 30_000 {
			c, err := n.Dial(ctx, port, network.Options{})
			if err != nil {
				t.Fatal(err)
			}
			s, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			c.Close()
			s.Close()
		}
		var err error
		for i := 0; err == nil; i++ {
			if _, err = n.Listen(ctx, tcp("127.0.0.1:0"), network.Options{}); i > 70_000 {
				t.Fatal("there is no end of ports")
			}
		}
		looptest.Equal(t, "one too many", outcome("", err), "in use")
	})
}

// Those who share a port take turns.
func TestReusePort(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := memory.New()
		var counts [3]int
		for i := range counts {
			l := listen(t, ctx, n, port, network.Options{ReusePort: true})
			l.OnReadable(callback(func() {
				l.Accept()
				counts[i]++
			}))
		}
		for range 9 {
			if _, err := n.Dial(ctx, port, network.Options{}); err != nil {
				t.Fatal(err)
			}
			looptest.Turns(ctx, 2)
		}
		looptest.Equal(t, "connections", counts, [3]int{3, 3, 3})
	})
}

func TestResolve(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := hosts()
		for _, tt := range []struct {
			network, host, service string
			passive                bool
			want                   string
		}{
			{"tcp", "a", "80", false, "192.0.2.1:80 [2001:db8::1]:80"},
			{"tcp6", "a", "https", false, "[2001:db8::1]:443"},
			{"udp4", "b", "domain", true, "192.0.2.2:53 192.0.2.22:53"},
			{"tcp", "LocalHost", "1", false, "127.0.0.1:1 [::1]:1"},
			{"tcp", "", "", true, "0.0.0.0:0 [::]:0"},
			{"tcp", "", "1", false, "127.0.0.1:1 [::1]:1"},
			{"tcp", "::ffff:192.0.2.9", "1", false, "192.0.2.9:1"},
			{"tcp6", "b", "1", false, "lookup b: no such host"},
			{"tcp", "d", "1", false, "lookup d: no such host"},
		} {
			addrs, err := n.Resolve(ctx, tt.network, tt.host, tt.service, tt.passive)
			var all []string
			for _, a := range addrs {
				all = append(all, a.String())
			}
			if err != nil {
				all = append(all, err.Error())
			}
			looptest.Equal(t, fmt.Sprintf("%+v", tt), strings.Join(all, " "), tt.want)
		}
	})
}

// Tasks are where the task that has created them is.
func TestOn(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := hosts()
		task := tasks.Go(memory.On(ctx, "a"), func(ctx context.Context) error {
			child := tasks.Go(ctx, func(ctx context.Context) error {
				_, err := n.Listen(ctx, tcp("192.0.2.1:80"), network.Options{})
				return err
			})
			_, err := child.Await(ctx)
			return err
		})
		_, err := task.Await(ctx)
		looptest.Fails(t, "the task", err, "nil")
	})
}

func TestMisuse(t *testing.T) {
	leak.Check(t)
	looptest.Run(t, func(ctx context.Context) {
		n := hosts()
		for _, tt := range []struct {
			do   func()
			want string
		}{
			{func() { memory.New(memory.WithHost("x"), memory.WithHost("x")) }, `asyncio: there is a host "x" already; give each another name`},
			{func() { memory.New(memory.WithHost("localhost")) }, `asyncio: there is a host "localhost" already; give each another name`},
			{func() { memory.New(memory.WithHost("")) }, `asyncio: there is a host "" already; give each another name`},
			{func() { memory.New(memory.WithHost("x", "y")) }, `asyncio: a host's address is an IP address; ParseAddr("y"): unable to parse IP`},
			{func() { n.Listen(memory.On(ctx, "x"), port, network.Options{}) }, `asyncio: there is no host "x"; add it by memory.WithHost`},
			{func() { n.Partition("a", "x") }, `asyncio: there is no host "x"; add it by memory.WithHost`},
			{func() { n.Heal("x", "a") }, `asyncio: there is no host "x"; add it by memory.WithHost`},
			{func() { n.Reset(nil) }, `asyncio: Reset of a connection of another network; transports have theirs from Unwrap`},
		} {
			looptest.Equal(t, "panic", looptest.Panics(tt.do), tt.want)
		}
	})
}
