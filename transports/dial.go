package transports

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/staggered"
	"github.com/goasyncio/asyncio/network"
)

// dial connects to the first address of a host that can be connected to.
func dial(ctx context.Context, netw, address string, o *options) (network.Conn, error) {
	n, err := networkOf(loopOf(ctx))
	if err != nil {
		return nil, err
	}
	remote, err := resolve(ctx, n, netw, address, false)
	if err != nil {
		return nil, err
	}
	d := &dialer{network: n, socket: o.socket}
	if o.local != "" {
		if d.local, err = resolve(ctx, n, netw, o.local, true); err != nil {
			return nil, err
		}
	}
	first := o.interleave - 1
	if o.staggered && o.interleave == 0 {
		first = 1
	}
	if first > 0 {
		remote = interleave(remote, first)
	}
	conn, errs, err := d.dialAny(ctx, remote, o)
	if conn != nil || err != nil {
		return conn, err
	}
	return nil, connectError(address, errs, o.allErrors)
}

// resolve returns the addresses of what net.Dial calls an address.
func resolve(ctx context.Context, n network.Network, netw, address string, passive bool) ([]net.Addr, error) {
	switch netw {
	case "unix", "unixgram":
		return []net.Addr{&net.UnixAddr{Name: address, Net: netw}}, nil
	case "tcp", "tcp4", "tcp6", "udp", "udp4", "udp6":
	default:
		return nil, net.UnknownNetworkError(netw)
	}
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	addrs, err := n.Resolve(ctx, netw, host, service, passive)
	if err == nil && len(addrs) == 0 {
		err = &net.AddrError{Err: "asyncio: no address found; look at the network's Resolve", Addr: address}
	}
	return addrs, err
}

// A dialer makes the attempts of one Connect.
type dialer struct {
	network network.Network
	socket  network.Options
	local   []net.Addr // nil for anywhere
}

// dialAny returns a connection, or the errors of all attempts, or what ended them.
func (d *dialer) dialAny(ctx context.Context, remote []net.Addr, o *options) (network.Conn, []error, error) {
	if o.staggered {
		attempts := make([]staggered.Attempt[network.Conn], len(remote))
		for i, addr := range remote {
			attempts[i] = func(ctx context.Context) (network.Conn, error) { return d.dial(ctx, addr) }
		}
		conn, i, errs, err := staggered.Race(ctx, attempts, max(o.delay, 0), func(c network.Conn) { c.Close() })
		if err != nil || i >= 0 {
			return conn, nil, err
		}
		return nil, errs, nil
	}
	var errs []error
	for _, addr := range remote {
		conn, err := d.dial(ctx, addr)
		if err == nil {
			return conn, nil, nil
		}
		if ended(ctx, err) {
			return nil, nil, err
		}
		errs = append(errs, err)
	}
	return nil, errs, nil
}

// dial makes one attempt (asyncio: _connect_sock).
func (d *dialer) dial(ctx context.Context, addr net.Addr) (network.Conn, error) {
	o := d.socket
	if d.local != nil {
		o.Local = nil
		for _, l := range d.local {
			if family(l) == family(addr) {
				o.Local = l
				break
			}
		}
		if o.Local == nil {
			return nil, &net.AddrError{Err: "asyncio: no local address of the family of", Addr: addr.String()}
		}
	}
	return d.network.Dial(ctx, addr, o)
}

// ended reports whether err is no failure of an attempt, but ends all of them.
func ended(ctx context.Context, err error) bool {
	return futures.IsCancelled(err) || ctx.Err() != nil && errors.Is(err, ctx.Err())
}

// family tells the kinds of addresses apart.
func family(a net.Addr) string {
	var ip net.IP
	switch a := a.(type) {
	case *net.TCPAddr:
		ip = a.IP
	case *net.UDPAddr:
		ip = a.IP
	default:
		return fmt.Sprintf("%T", a)
	}
	if ip.To4() != nil {
		return "IPv4"
	}
	return "IPv6"
}

// interleave orders addresses so that their families alternate, after the first n of
// the first (asyncio: _interleave_addrinfos).
func interleave(addrs []net.Addr, first int) []net.Addr {
	var families []string // in the order of their first address
	byFamily := make(map[string][]net.Addr)
	for _, a := range addrs {
		f := family(a)
		if byFamily[f] == nil {
			families = append(families, f)
		}
		byFamily[f] = append(byFamily[f], a)
	}
	all := make([]net.Addr, 0, len(addrs))
	if head := byFamily[families[0]]; first > 1 {
		n := min(first-1, len(head))
		all = append(all, head[:n]...)
		byFamily[families[0]] = head[n:]
	}
	for len(all) < len(addrs) {
		for _, f := range families {
			if list := byFamily[f]; len(list) > 0 {
				all = append(all, list[0])
				byFamily[f] = list[1:]
			}
		}
	}
	return all
}

// connectError makes one error of those of all attempts.
func connectError(address string, errs []error, all bool) error {
	same := !all && len(errs) > 0
	for _, err := range errs {
		same = same && err.Error() == errs[0].Error()
	}
	if same {
		return errs[0]
	}
	return &ConnectError{Address: address, Errors: errs}
}
