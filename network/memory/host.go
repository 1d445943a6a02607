package memory

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// A host is a machine.
type host struct {
	n       *Network
	name    string
	addrs   []netip.Addr // none: all that no other has
	streams table
	packets table
	paths   map[string]any // of unix sockets: *listener or *packet
	unnamed int            // how many paths were made up
}

func newHost(n *Network, name string) *host {
	h := &host{n: n, name: name}
	h.forget()
	return h
}

// forget is the end of all sockets.
func (h *host) forget() {
	h.streams, h.packets = newTable(), newTable()
	h.paths = make(map[string]any)
}

// addHost is [WithHost].
func (n *Network) addHost(name string, addrs []string) {
	if name == "" || name == localhost || n.byName(name) != nil {
		panic(fmt.Sprintf("asyncio: there is a host %q already; give each another name", name))
	}
	h := newHost(n, name)
	for _, s := range addrs {
		a, err := netip.ParseAddr(s)
		if err != nil {
			panic("asyncio: a host's address is an IP address; " + err.Error())
		}
		h.addrs = append(h.addrs, a.Unmap().WithZone(""))
	}
	if len(addrs) == 0 {
		h.addrs = []netip.Addr{netip.AddrFrom4([4]byte{10, 0, 0, byte(len(n.hosts) + 1)})}
	}
	n.hosts = append(n.hosts, h)
}

// byName returns the host of that name, nil if there is none.
func (n *Network) byName(name string) *host {
	if name == "" {
		return n.here
	}
	for _, h := range n.hosts {
		if h.name == name {
			return h
		}
	}
	return nil
}

// hostKey is what a ctx has the name of a host under.
type hostKey struct{}

// On returns a ctx for code that runs on the named host: what it dials comes from
// there, and what it listens at is there. Tasks that are created with it are there
// too. Without it, and by an empty name, one is on the machine that has all addresses
// which no host has.
func On(ctx context.Context, host string) context.Context {
	return context.WithValue(ctx, hostKey{}, host)
}

// hostOf returns the host that ctx is on.
func (n *Network) hostOf(ctx context.Context) *host {
	name, _ := ctx.Value(hostKey{}).(string)
	h := n.byName(name)
	if h == nil {
		panic(fmt.Sprintf("asyncio: there is no host %q; add it by memory.WithHost", name))
	}
	return h
}

// owner returns the host that h reaches at an address.
func (h *host) owner(a netip.Addr) *host {
	if !a.IsValid() || a.IsUnspecified() || a.IsLoopback() {
		return h
	}
	for _, o := range h.n.hosts {
		for _, b := range o.addrs {
			if a == b {
				return o
			}
		}
	}
	return h.n.here
}

// source returns the address that h has for one who is at another. It is what was
// asked for if that is an address of h.
func (h *host) source(asked, to netip.Addr) (netip.Addr, error) {
	if asked.IsValid() && !asked.IsUnspecified() {
		if h.owner(asked) != h {
			return asked, syscall.EADDRNOTAVAIL
		}
		return asked, nil
	}
	if h.owner(to) == h {
		return to, nil
	}
	for _, a := range h.addrs {
		if a.Is4() == to.Is4() {
			return a, nil
		}
	}
	switch {
	case len(h.addrs) > 0:
		return asked, syscall.ENETUNREACH // of the other family
	case to.Is4():
		return netip.AddrFrom4([4]byte{192, 0, 2, 1}), nil
	}
	return netip.MustParseAddr("2001:db8::1"), nil
}

// target returns the address that dialing a comes to: an unspecified one is this
// machine's own.
func target(ip net.IP, port int) netip.AddrPort {
	a := addrPort(ip, port)
	switch {
	case !a.Addr().IsValid(), a.Addr() == netip.IPv4Unspecified():
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), a.Port())
	case a.Addr().IsUnspecified():
		return netip.AddrPortFrom(netip.IPv6Loopback(), a.Port())
	}
	return a
}
