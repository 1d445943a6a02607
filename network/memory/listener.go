package memory

import (
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/readiness"
	"github.com/goasyncio/asyncio/network"
)

// A listener is where connections arrive.
type listener struct {
	host     *host
	addr     net.Addr
	bound    *socket // of TCP
	backlog  int
	queue    []*conn    // that nobody has accepted, oldest first
	waiting  []*dialing // for room in the queue, oldest first
	readable readiness.Callback
	closed   bool
}

func (h *host) newListener(o network.Options) *listener {
	l := &listener{host: h, backlog: o.Backlog}
	if l.backlog <= 0 {
		l.backlog = 4096 // as Linux has it
	}
	l.readable.Loop = h.n.loop
	return l
}

func (h *host) listenTCP(addr *net.TCPAddr, o network.Options) (network.Listener, error) {
	l := h.newListener(o)
	s, err := h.newSocket(addr.IP, addr.Port, o)
	if err == nil {
		s.takes = l
		err = h.streams.bind(s)
	}
	if err != nil {
		return nil, failure("listen", nil, addr, "bind", err.(syscall.Errno))
	}
	l.bound, l.addr = s, net.TCPAddrFromAddrPort(s.addr)
	return l, nil
}

// newSocket returns one for an address of h, which is to be bound.
func (h *host) newSocket(ip net.IP, port int, o network.Options) (*socket, error) {
	s := &socket{addr: addrPort(ip, port), share: o.ReusePort, only: o.IPv6Only != network.Off}
	if a := s.addr.Addr(); !a.IsValid() {
		s.addr = netip.AddrPortFrom(netip.IPv6Unspecified(), s.addr.Port())
		s.only = o.IPv6Only == network.On
	} else if h.owner(a) != h {
		return nil, syscall.EADDRNOTAVAIL
	}
	return s, nil
}

func (h *host) listenUnix(addr *net.UnixAddr, o network.Options) (network.Listener, error) {
	l := h.newListener(o)
	name, err := h.bindPath(addr.Name, l)
	if err != nil {
		return nil, failure("listen", nil, addr, "bind", err.(syscall.Errno))
	}
	l.addr = &net.UnixAddr{Name: name, Net: "unix"}
	return l, nil
}

// bindPath gives a path to a unix socket, one of its own choice for the empty path.
func (h *host) bindPath(name string, to any) (string, error) {
	if name == "" {
		h.unnamed++
		name = "@" + strconv.Itoa(h.unnamed)
	}
	if h.paths[name] != nil {
		return name, syscall.EADDRINUSE
	}
	h.paths[name] = to
	return name, nil
}

// wants implements receiver.
func (l *listener) wants(netip.AddrPort) bool { return true }

func (l *listener) full() bool { return len(l.queue) >= l.backlog }

// admit makes a connection of what somebody dials.
func (l *listener) admit(d *dialing) {
	l.queue = append(l.queue, d.far)
	l.readable.Can(true)
	d.answer(0)
}

func (l *listener) Accept() (network.Conn, error) {
	if l.closed {
		return nil, closed("accept", nil, l.addr)
	}
	if len(l.queue) == 0 {
		return nil, network.ErrWouldBlock
	}
	c := l.queue[0]
	l.queue[0] = nil
	l.queue = l.queue[1:]
	if len(l.waiting) > 0 {
		d := l.waiting[0]
		l.waiting = l.waiting[1:]
		l.admit(d)
	}
	l.readable.Can(len(l.queue) > 0)
	return c, nil
}

func (l *listener) OnReadable(r coro.Runnable) error {
	if l.closed {
		return closed("accept", nil, l.addr)
	}
	l.readable.On(r)
	return nil
}

func (l *listener) Close() error {
	if l.closed {
		return nil
	}
	l.closed = true
	l.readable.On(nil)
	l.bound.free()
	if a, ok := l.addr.(*net.UnixAddr); ok {
		delete(l.host.paths, a.Name)
	}
	for _, c := range l.queue {
		c.Abort()
	}
	for _, d := range l.waiting {
		d.answer(syscall.ECONNREFUSED)
	}
	l.queue, l.waiting = nil, nil
	return nil
}

func (l *listener) Addr() net.Addr { return l.addr }
