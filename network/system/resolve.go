package system

import (
	"context"
	"net"
	"net/netip"
	"strconv"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/threads"
)

// resolver looks up names by package net, on another goroutine. What needs no look-up
// stays on the loop's.
type resolver struct{}

// Resolve implements [network.Network].
func (resolver) Resolve(ctx context.Context, netw, host, service string, passive bool) ([]net.Addr, error) {
	if err := coro.Check(ctx); err != nil {
		return nil, err
	}
	var protocol, family string
	switch netw {
	case "tcp", "tcp4", "tcp6", "udp", "udp4", "udp6":
		protocol, family = netw[:3], netw[3:]
	default:
		return nil, net.UnknownNetworkError(netw)
	}
	port, err := portOf(ctx, netw, service)
	if err != nil {
		return nil, err
	}
	ips, err := ipsOf(ctx, family, host, passive)
	if err != nil {
		return nil, err
	}
	var addrs []net.Addr
	for _, ip := range ips {
		ip = ip.Unmap()
		if family != "" && ip.Is4() != (family == "4") {
			continue
		}
		ap := netip.AddrPortFrom(ip, uint16(port))
		if protocol == "tcp" {
			addrs = append(addrs, net.TCPAddrFromAddrPort(ap))
		} else {
			addrs = append(addrs, net.UDPAddrFromAddrPort(ap))
		}
	}
	if len(addrs) == 0 {
		return nil, &net.AddrError{Err: "no suitable address", Addr: host}
	}
	return addrs, nil
}

// portOf returns the number of a port.
func portOf(ctx context.Context, netw, service string) (int, error) {
	if service == "" {
		return 0, nil
	}
	if port, err := strconv.Atoi(service); err == nil {
		if port < 0 || port > 65535 {
			return 0, &net.AddrError{Err: "invalid port", Addr: service}
		}
		return port, nil
	}
	return threads.ToThread(ctx, func(ctx context.Context) (int, error) {
		return net.DefaultResolver.LookupPort(ctx, netw, service)
	})
}

// ipsOf returns the addresses of a host.
func ipsOf(ctx context.Context, family, host string, passive bool) ([]netip.Addr, error) {
	switch {
	case host == "" && passive:
		return []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}, nil
	case host == "":
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}, nil
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	return threads.ToThread(ctx, func(ctx context.Context) ([]netip.Addr, error) {
		return net.DefaultResolver.LookupNetIP(ctx, "ip"+family, host)
	})
}
