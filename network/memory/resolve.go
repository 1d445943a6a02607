package memory

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

const localhost = "localhost"

// services are the names of ports that are known here.
var services = map[string]int{
	"domain": 53, "ftp": 21, "http": 80, "https": 443, "imap": 143, "imaps": 993,
	"ntp": 123, "pop3": 110, "smtp": 25, "ssh": 22, "telnet": 23,
}

// Resolve implements [network.Network]. It knows IP addresses, localhost and the names
// of [WithHost].
func (n *Network) Resolve(ctx context.Context, netw, host, service string, passive bool) ([]net.Addr, error) {
	h, err := n.enter(ctx)
	if err != nil {
		return nil, err
	}
	port, err := lookupPort(netw, service)
	if err != nil {
		return nil, err
	}
	var addrs []net.Addr
	for _, a := range h.lookup(host, passive) {
		if strings.HasSuffix(netw, "4") && !a.Is4() || strings.HasSuffix(netw, "6") && a.Is4() {
			continue
		}
		ap := netip.AddrPortFrom(a, uint16(port))
		switch netw {
		case "tcp", "tcp4", "tcp6":
			addrs = append(addrs, net.TCPAddrFromAddrPort(ap))
		case "udp", "udp4", "udp6":
			addrs = append(addrs, net.UDPAddrFromAddrPort(ap))
		default:
			return nil, net.UnknownNetworkError(netw)
		}
	}
	if len(addrs) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return addrs, nil
}

// lookup returns the addresses of a name.
func (h *host) lookup(name string, passive bool) []netip.Addr {
	switch {
	case name == "" && passive:
		return []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	case name == "", strings.EqualFold(name, localhost):
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
	}
	if a, err := netip.ParseAddr(name); err == nil {
		return []netip.Addr{a.Unmap().WithZone("")}
	}
	if o := h.n.byName(name); o != nil {
		return o.addrs
	}
	return nil
}

// lookupPort returns the number of a port.
func lookupPort(netw, service string) (int, error) {
	if service == "" {
		return 0, nil
	}
	if p, err := strconv.Atoi(service); err == nil {
		if p < 0 || p > 65535 {
			return 0, &net.AddrError{Err: "invalid port", Addr: service}
		}
		return p, nil
	}
	if p, ok := services[strings.ToLower(service)]; ok {
		return p, nil
	}
	return 0, &net.DNSError{Err: "unknown port", Name: netw + "/" + service, IsNotFound: true}
}
