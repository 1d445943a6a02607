package networktest

// Names, and kinds of addresses.

import (
	"errors"
	"net"

	"github.com/goasyncio/asyncio/network"
)

var otherChecks = []check{
	{"Resolve", resolve},
	{"ResolveFailures", resolveFailures},
	{"Unsupported", unsupported},
}

func resolve(e *env) {
	for _, tt := range []struct {
		network, host, service string
		passive                bool
		want                   string // one of the addresses, with the network
		kind                   string
	}{
		{"tcp", "127.0.0.1", "80", false, "127.0.0.1:80", "tcp"},
		{"tcp4", "192.0.2.7", "http", false, "192.0.2.7:80", "tcp"},
		{"tcp6", "2001:db8::7", "443", true, "[2001:db8::7]:443", "tcp"},
		{"udp", "::1", "0", false, "[::1]:0", "udp"},
		{"udp4", "127.0.0.1", "domain", true, "127.0.0.1:53", "udp"},
		{"tcp", "127.0.0.1", "", false, "127.0.0.1:0", "tcp"},
		{"tcp4", "localhost", "1", false, "127.0.0.1:1", "tcp"},
		{"tcp4", "", "2", true, "0.0.0.0:2", "tcp"},
		{"tcp4", "", "3", false, "127.0.0.1:3", "tcp"},
		{"udp4", "", "4", false, "127.0.0.1:4", "udp"},
	} {
		addrs, err := e.Network.Resolve(e.ctx, tt.network, tt.host, tt.service, tt.passive)
		found := false
		for _, a := range addrs {
			if a.Network() != tt.kind {
				e.Errorf("%+v: an address of %s", tt, a.Network())
			}
			found = found || a.String() == tt.want
		}
		if err != nil || !found {
			e.Errorf("%+v: %v, %v", tt, addrs, err)
		}
	}
}

func resolveFailures(e *env) {
	for _, tt := range []struct{ network, host, service string }{
		{"tcp4", "::1", "80"},       // of the other family
		{"tcp6", "127.0.0.1", "80"}, // too
		{"tcp", "127.0.0.1", "no-such-service"},
		{"tcp", "127.0.0.1", "65536"},
		{"tcp", "127.0.0.1", "-1"},
		{"pigeon", "127.0.0.1", "80"},
	} {
		addrs, err := e.Network.Resolve(e.ctx, tt.network, tt.host, tt.service, false)
		if err == nil || len(addrs) > 0 {
			e.Errorf("%+v: %v, %v", tt, addrs, err)
		}
	}
}

// An address of no network.
type nowhere struct{}

func (nowhere) Network() string { return "nowhere" }
func (nowhere) String() string  { return "nowhere" }

func unsupported(e *env) {
	for _, addr := range []net.Addr{nowhere{}, &net.IPAddr{IP: net.IPv4(127, 0, 0, 1)}} {
		_, err := e.Dial(e.ctx, addr, network.Options{})
		_, err2 := e.Listen(e.ctx, addr, network.Options{})
		_, err3 := e.OpenPacket(e.ctx, addr, nil, network.Options{})
		for _, err := range []error{err, err2, err3} {
			if !errors.Is(err, errors.ErrUnsupported) {
				e.Errorf("%v: %v, want errors.ErrUnsupported", addr, err)
			}
		}
	}
}
