package memory

import (
	"net"
	"slices"
	"syscall"

	"github.com/goasyncio/asyncio/network"
)

// openUnix gives p its path and connects it.
func (p *packet) openUnix() (network.PacketConn, error) {
	if a, ok := p.remote.(*net.UnixAddr); ok {
		var errno syscall.Errno
		if p.mate, errno = p.host.unixgram(a); errno != 0 {
			return nil, failure("dial", p.local, a, "connect", errno)
		}
	}
	a, ok := p.local.(*net.UnixAddr)
	if !ok {
		p.local = &net.UnixAddr{Net: "unixgram"}
		return p, nil
	}
	name, err := p.host.bindPath(a.Name, p)
	if err != nil {
		return nil, failure("listen", nil, a, "bind", err.(syscall.Errno))
	}
	p.named = true
	p.local = &net.UnixAddr{Name: name, Net: "unixgram"}
	return p, nil
}

// unixgram returns the socket at a path.
func (h *host) unixgram(a *net.UnixAddr) (*packet, syscall.Errno) {
	switch p := h.paths[a.Name].(type) {
	case *packet:
		return p, 0
	case nil:
		return nil, syscall.ENOENT
	}
	return nil, syscall.EPROTOTYPE
}

// sendUnix sends a datagram if the receiver has room for it.
func (p *packet) sendUnix(b []byte, addr *net.UnixAddr, connected bool) error {
	to, errno := p.mate, syscall.Errno(0)
	if !connected {
		to, errno = p.host.unixgram(addr)
	}
	switch {
	case errno != 0:
	case to.closed:
		errno = syscall.ECONNREFUSED
	case to.mate != nil && to.mate != p:
		errno = syscall.EPERM // it is connected to another
	case len(b) > p.n.size():
		errno = syscall.EMSGSIZE
	case to.full():
		p.writable.Can(false)
		if !slices.Contains(to.blocked, p) {
			to.blocked = append(to.blocked, p)
		}
		return network.ErrWouldBlock
	default:
		to.receive(p.local, slices.Clone(b))
		return nil
	}
	return failure("write", p.local, addr, "sendto", errno)
}

// unblock tells those who wait for room.
func (p *packet) unblock() {
	for _, o := range p.blocked {
		o.writable.Can(true)
	}
	p.blocked = p.blocked[:0]
}
