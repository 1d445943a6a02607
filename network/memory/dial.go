package memory

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"syscall"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/network"
)

func (h *host) dialTCP(ctx context.Context, addr *net.TCPAddr, o network.Options) (network.Conn, error) {
	to := target(addr.IP, addr.Port)
	var asked netip.AddrPort
	if l, ok := o.Local.(*net.TCPAddr); ok && l != nil {
		asked = addrPort(l.IP, l.Port)
	}
	ip, err := h.source(asked.Addr(), to.Addr())
	s := &socket{addr: netip.AddrPortFrom(ip, asked.Port())}
	if err == nil {
		err = h.streams.bind(s)
	}
	if err != nil {
		return nil, failure("dial", o.Local, addr, "bind", err.(syscall.Errno))
	}
	other := h.owner(to.Addr())
	d := newDialing(h, other, net.TCPAddrFromAddrPort(s.addr), net.TCPAddrFromAddrPort(to))
	d.near.bound = s
	d.find = func() (*listener, syscall.Errno) {
		l, _ := other.streams.find(to, s.addr).(*listener)
		return l, syscall.ECONNREFUSED
	}
	return d.dial(ctx)
}

func (h *host) dialUnix(ctx context.Context, addr *net.UnixAddr) (network.Conn, error) {
	d := newDialing(h, h, &net.UnixAddr{Net: "unix"}, addr)
	d.find = func() (*listener, syscall.Errno) {
		switch l := h.paths[addr.Name].(type) {
		case *listener:
			return l, 0
		case nil:
			return nil, syscall.ENOENT
		}
		return nil, syscall.EPROTOTYPE
	}
	return d.dial(ctx)
}

// A dialing is a connection that is being made: the request is on its way, waits for
// the listener to have room, or its answer is on its way. It is the future of the
// answer too.
type dialing struct {
	future.Core
	n         *Network
	near, far *conn
	find      func() (*listener, syscall.Errno)

	listener *listener // where it waits for room
	timer    eventloop.TimerHandle
	answered bool // the answer is on its way
	refused  syscall.Errno
	off      bool // nobody waits for it any more
}

func newDialing(from, to *host, local, remote net.Addr) *dialing {
	d := &dialing{n: from.n}
	d.near, d.far = d.n.join(from, to, local, remote)
	d.BindNew(d.n.loop.Turn())
	return d
}

// dial waits for the connection.
func (d *dialing) dial(ctx context.Context) (network.Conn, error) {
	d.travel(d.near, d.far)
	err := coro.Await(ctx, d)
	if err == nil && d.refused == 0 {
		return d.near, nil
	}
	d.off = true
	d.timer.Cancel()
	if l := d.listener; l != nil {
		l.waiting = slices.DeleteFunc(l.waiting, func(o *dialing) bool { return o == d })
	}
	if !d.answered || d.refused != 0 {
		d.near.err = syscall.ECONNREFUSED // there is no other end to be told
	}
	d.near.Abort()
	if err == nil {
		err = failure("dial", d.near.local, d.near.remote, "connect", d.refused)
	}
	return nil, err
}

// travel goes on at the other end.
func (d *dialing) travel(from, to *conn) {
	if d.n.latency == nil || from.local.Network() == "unix" {
		d.Run()
		return
	}
	delay := d.n.delay(from.local, to.local)
	if d.answered {
		d.far.out.last = d.n.loop.Time() + delay // what is sent on the connection comes later
	}
	d.n.loop.InitTimerLater(&d.timer, delay, d)
}

// Run is the arrival of the request, or of the answer.
func (d *dialing) Run() {
	if d.off {
		return
	}
	if d.n.cut(d.near.host, d.far.host) {
		d.n.hold(d)
		return
	}
	if d.answered {
		d.Finish(nil, d)
		return
	}
	l, errno := d.find()
	switch {
	case l == nil:
		d.answer(errno)
	case l.full():
		d.listener = l
		l.waiting = append(l.waiting, d)
	default:
		l.admit(d)
	}
}

// release is called at the end of a partition.
func (d *dialing) release() { d.Run() }

// answer sends the answer.
func (d *dialing) answer(errno syscall.Errno) {
	d.listener = nil
	d.answered, d.refused = true, errno
	d.travel(d.far, d.near)
}

// String says what the task waits for.
func (d *dialing) String() string { return "a connection to " + d.near.remote.String() }
