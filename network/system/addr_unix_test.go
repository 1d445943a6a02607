//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package system_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/system"
	"github.com/goasyncio/asyncio/tasks"
)

// The addresses of both ends are those that both see.
func TestAddresses(t *testing.T) {
	run(t, func(ctx context.Context) {
		n := system.New()
		for _, at := range []*net.TCPAddr{
			{IP: net.IPv4(127, 0, 0, 1)}, {IP: net.IPv4zero}, {}, {IP: net.IPv6loopback}, {IP: net.IPv6unspecified},
		} {
			l, err := n.Listen(ctx, at, network.Options{})
			if at.IP.To4() == nil && len(at.IP) > 0 && err != nil {
				t.Logf("no IPv6 here: %v", err)
				continue
			}
			must(t, err)
			to := *l.Addr().(*net.TCPAddr)
			if to.IP.IsUnspecified() {
				to.IP = nil // this machine
				if at.IP != nil && at.IP.To4() == nil {
					to.IP = net.IPv6loopback
				}
			}
			a, err := n.Dial(ctx, &to, network.Options{Local: &net.TCPAddr{}})
			if to.IP != nil && to.IP.To4() == nil {
				must(t, err)
			}
			must(t, err)
			until(ctx, t, readable(l))
			b, err := l.Accept()
			must(t, err)
			same := func(x, y net.Addr) bool {
				p, q := x.(*net.TCPAddr), y.(*net.TCPAddr)
				return p.IP.Equal(q.IP) && p.Port == q.Port
			}
			if !same(a.LocalAddr(), b.RemoteAddr()) || !same(a.RemoteAddr(), b.LocalAddr()) {
				t.Errorf("%v: %v to %v, but %v from %v", at, a.LocalAddr(), a.RemoteAddr(), b.LocalAddr(), b.RemoteAddr())
			}
			for _, c := range []io.Closer{a, b, l} {
				must(t, c.Close())
			}
		}
	})
}

func TestIPv6Only(t *testing.T) {
	run(t, func(ctx context.Context) {
		n := system.New()
		for _, tt := range []struct {
			ip   net.IP
			only network.Tristate
			both bool
		}{
			{nil, network.Default, true},
			{nil, network.On, false},
			{net.IPv6unspecified, network.Default, false},
			{net.IPv6unspecified, network.Off, true},
		} {
			l, err := n.Listen(ctx, &net.TCPAddr{IP: tt.ip}, network.Options{IPv6Only: tt.only})
			if err != nil {
				t.Logf("no IPv6 here: %v", err)
				return
			}
			to := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: l.Addr().(*net.TCPAddr).Port}
			c, err := n.Dial(ctx, to, network.Options{})
			if (err == nil) != tt.both {
				t.Errorf("%v, only %v: %v", tt.ip, tt.only, err)
			}
			if err == nil {
				must(t, c.Close())
			}
			must(t, l.Close())
		}
	})
}

func TestWrongAddresses(t *testing.T) {
	unixAddr := func(name, net_ string) net.Addr { return &net.UnixAddr{Name: name, Net: net_} }
	run(t, func(ctx context.Context) {
		n := system.New()
		for _, addr := range []net.Addr{
			unixAddr("a\x00b", "unix"),
			unixAddr("/"+strings.Repeat("x", 200), "unix"),
			&net.TCPAddr{IP: net.IP{1, 2, 3}},
			&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: -1},
			&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 65536},
			&net.TCPAddr{IP: net.ParseIP("fe80::1"), Port: 1, Zone: "no-such-zone"},
		} {
			var a *net.AddrError
			if _, err := n.Dial(ctx, addr, network.Options{}); !errors.As(err, &a) {
				t.Errorf("Dial of %v: %v", addr, err)
			}
			if _, err := n.Listen(ctx, addr, network.Options{}); !errors.As(err, &a) {
				t.Errorf("Listen at %v: %v", addr, err)
			}
		}
		for _, addr := range []net.Addr{nil, &net.UDPAddr{}, unixAddr("x", "unixpacket"), unixAddr("x", "unixgram"), (*net.TCPAddr)(nil), &net.IPAddr{}} {
			if _, err := n.Dial(ctx, addr, network.Options{}); !errors.Is(err, errors.ErrUnsupported) {
				t.Errorf("Dial of %T: %v", addr, err)
			}
		}
		var a *net.AddrError
		for _, local := range []net.Addr{unixAddr("/tmp/x", "unix"), &net.TCPAddr{IP: net.IPv6loopback}} {
			if _, err := n.Dial(ctx, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}, network.Options{Local: local}); !errors.As(err, &a) {
				t.Errorf("Dial from %v: %v", local, err)
			}
		}
		if _, err := n.Dial(ctx, unixAddr("", "unix"), network.Options{}); !errors.As(err, &a) {
			t.Errorf("Dial of no path: %v", err)
		}
		if _, err := n.OpenPacket(ctx, nil, nil, network.Options{}); !errors.As(err, &a) {
			t.Errorf("OpenPacket without addresses: %v", err)
		}
		_, err := n.OpenPacket(ctx, nil, &net.UDPAddr{IP: net.IPv4bcast, Port: 9}, network.Options{})
		is(t, "broadcast that was not asked for", err, syscall.EACCES)
		p, err := n.OpenPacket(ctx, nil, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}, network.Options{Broadcast: true})
		must(t, err)
		is(t, "another address", p.WriteTo(nil, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 10}), net.ErrWriteToConnected)
		must(t, p.Close())
		is(t, "WriteTo", p.WriteTo(nil, nil), net.ErrClosed)
	})
}

func TestResolve(t *testing.T) {
	run(t, func(ctx context.Context) {
		n := system.New()
		for _, tt := range []struct {
			network, host, service string
			passive                bool
			want                   string
		}{
			{"tcp", "fe80::1%1", "80", false, "[fe80::1%1]:80"},
			{"tcp6", "::ffff:1.2.3.4", "80", false, "no suitable address found"},
			{"tcp", "::ffff:1.2.3.4", "80", false, "1.2.3.4:80"},
			{"udp4", "", "53", true, "0.0.0.0:53"},
			{"tcp4", "", "", false, "127.0.0.1:0"},
			{"tcp4", "localhost", "http", false, "127.0.0.1:80"},
			{"ip", "localhost", "80", false, "unknown network ip"},
			{"tcp44", "localhost", "80", false, "unknown network tcp44"},
			{"tcpu", "localhost", "80", false, "unknown network tcpu"},
			{"tcp", "localhost", "70000", false, "invalid port"},
		} {
			addrs, err := n.Resolve(ctx, tt.network, tt.host, tt.service, tt.passive)
			var all []string
			for _, a := range addrs {
				all = append(all, a.String())
			}
			got := strings.Join(all, " ")
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, tt.want) {
				t.Errorf("%+v: %q", tt, got)
			}
		}
		// A lookup can be cancelled.
		r := tasks.Create(ctx, func(ctx context.Context) ([]net.Addr, error) {
			return n.Resolve(ctx, "tcp", "localhost", "http", false)
		})
		must(t, tasks.Sleep(ctx, 0))
		r.Cancel()
		if _, err := r.Await(ctx); !futures.IsCancelled(err) {
			t.Errorf("a lookup that was cancelled: %v", err)
		}
	})
}
