package system

// Names and addresses.

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/threads"
)

// A resolver finds addresses for names, by package net.
type resolver struct{ has6 func() bool }

func newResolver() resolver { return resolver{sync.OnceValue(hasIPv6)} }

// Resolve implements network.Network. An address and the number of a port need no
// other goroutine.
func (r resolver) Resolve(ctx context.Context, network, host, service string, passive bool) ([]net.Addr, error) {
	if err := coro.Check(ctx); err != nil && err != coro.ErrNoTask {
		return nil, err
	}
	kind, family := strings.TrimRight(network, "46"), strings.TrimLeft(network, "tcpud")
	if kind != "tcp" && kind != "udp" || family != "" && family != "4" && family != "6" {
		return nil, net.UnknownNetworkError(network)
	}
	ips, known := r.literal(host, passive)
	port, numeric, err := number(service)
	if err != nil {
		return nil, err
	}
	if !known || !numeric {
		found, err := threads.ToThread(ctx, func(ctx context.Context) (lookup, error) {
			l := lookup{ips, port}
			return l, l.ask(ctx, network, family, host, service, known, numeric)
		})
		if err != nil {
			return nil, err
		}
		ips, port = found.ips, found.port
	}
	addrs := list(kind, family, ips, port)
	if len(addrs) == 0 {
		return nil, &net.DNSError{Err: "no suitable address found", Name: host, IsNotFound: true}
	}
	return addrs, nil
}

// literal returns the addresses of a host that need not be looked up.
func (r resolver) literal(host string, passive bool) ([]netip.Addr, bool) {
	if host != "" {
		ip, err := netip.ParseAddr(host)
		return []netip.Addr{ip.Unmap()}, err == nil
	}
	ips := []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
	if passive {
		ips = []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	}
	if !r.has6() {
		ips = ips[:1]
	}
	return ips, true
}

// hasIPv6 reports whether the machine can use its own address of IPv6.
func hasIPv6() bool {
	c, err := net.ListenPacket("udp6", "[::1]:0")
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// number returns the port that service is the number of, and whether it is one.
func number(service string) (port int, ok bool, err error) {
	if service == "" {
		return 0, true, nil
	}
	port, err = strconv.Atoi(service)
	if err != nil {
		return 0, false, nil
	}
	if port < 0 || port > 65535 {
		return 0, true, &net.AddrError{Err: "invalid port", Addr: service}
	}
	return port, true, nil
}

// A lookup is what the resolver of package net is asked.
type lookup struct {
	ips  []netip.Addr
	port int
}

func (l *lookup) ask(ctx context.Context, network, family, host, service string, known, numeric bool) (err error) {
	if !numeric {
		if l.port, err = net.DefaultResolver.LookupPort(ctx, network, service); err != nil {
			return err
		}
	}
	if !known {
		l.ips, err = net.DefaultResolver.LookupNetIP(ctx, "ip"+family, host)
	}
	return err
}

// list makes addresses of a kind of network, each once.
func list(kind, family string, ips []netip.Addr, port int) []net.Addr {
	var addrs []net.Addr
	seen := make(map[netip.Addr]bool)
	for _, ip := range ips {
		ip = ip.Unmap()
		if seen[ip] || family == "4" && !ip.Is4() || family == "6" && ip.Is4() {
			continue
		}
		seen[ip] = true
		at := netip.AddrPortFrom(ip, uint16(port))
		if kind == "udp" {
			addrs = append(addrs, net.UDPAddrFromAddrPort(at))
		} else {
			addrs = append(addrs, net.TCPAddrFromAddrPort(at))
		}
	}
	return addrs
}
