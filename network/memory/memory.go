// Package memory has a network within one loop, for tests: connections, listeners and
// datagrams without descriptors and goroutines, and so in virtual time, in the bubbles
// of testing/synctest, and the same way in every run.
//
//	n := memory.New(memory.WithLatency(10 * time.Millisecond))
//	err := runners.Run(ctx, main, runners.WithVirtualTime(),
//		runners.WithLoop(eventloop.WithNetwork(n)))
//
// # What it is like
//
// It is like the network of a Linux machine, as far as transports can tell. A buffer
// of 64 KiB stands between the two ends of a connection, and a write that finds it
// full would block. TCP closes by halves; what arrives at a closed end is answered
// with a reset, and so is the end of a connection that was closed with something
// unread. A unix socket tells a writer at once that the other end is closed. Datagrams
// that find no room are lost, those between unix sockets wait.
//
// Everything takes the time that [WithLatency] says, by default none: then it has
// happened when the call returns. Bytes of one direction of a connection never
// overtake each other.
//
// # Hosts
//
// By default there is one machine, at every IP address, and the name localhost.
// [WithHost] adds others, each with a name and addresses of its own. A task is on the
// machine that [On] has put it on:
//
//	n := memory.New(memory.WithHost("db"), memory.WithHost("web"))
//	...
//	asyncio.CreateTask(memory.On(ctx, "db"), serve)
//	asyncio.CreateTask(memory.On(ctx, "web"), query) // dials "db:5432"
//
// # Faults
//
// [Network.Partition] cuts two machines off from each other, [Network.Heal] ends
// that; [Network.Reset] breaks a connection, as something on its way may do.
package memory

import (
	"context"
	"net"
	"net/netip"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/network"
)

// A Network is a [network.Network] in memory. Its zero value is ready to use, for one
// loop; when that is closed another one may begin with it anew.
type Network struct {
	loop      *eventloop.Loop
	buffer    int
	bandwidth int
	latency   func(from, to net.Addr) time.Duration

	here   *host   // the machine that has every address that no other has
	hosts  []*host // the others
	parted map[pair]bool
	held   []held // what waits for the end of a partition, oldest first
}

var _ network.Network = (*Network)(nil)

// New returns a network.
func New(opts ...Option) *Network {
	n := new(Network)
	for _, opt := range opts {
		opt(n)
	}
	return n
}

// An Option configures a network.
type Option func(*Network)

// WithHost adds a machine with a name, which others can look up, and its IP
// addresses. Without any it gets one of 10.0.0.0/24. It panics if the name is taken
// or an address is not one.
func WithHost(name string, addrs ...string) Option {
	return func(n *Network) { n.addHost(name, addrs) }
}

// WithLatency makes everything take d to arrive at the other end. That a connection
// is made takes twice that.
func WithLatency(d time.Duration) Option {
	return WithLatencyFunc(func(net.Addr, net.Addr) time.Duration { return d })
}

// WithLatencyFunc makes each thing that is sent take as long as f says, which is
// asked every time. It does not apply to unix sockets.
func WithLatencyFunc(f func(from, to net.Addr) time.Duration) Option {
	return func(n *Network) { n.latency = f }
}

// WithBandwidth limits each direction of a connection to so many bytes in a second.
func WithBandwidth(bytes int) Option { return func(n *Network) { n.bandwidth = bytes } }

// WithBuffer sets how many bytes may be under way in each direction of a connection,
// counted from the write until they have been read, and how many wait in a socket for
// datagrams. The default is 64 KiB.
func WithBuffer(bytes int) Option { return func(n *Network) { n.buffer = bytes } }

// size is that of a buffer.
func (n *Network) size() int {
	if n.buffer > 0 {
		return n.buffer
	}
	return 64 << 10
}

// enter returns the machine that ctx is on, at the beginning of each call from
// outside. It panics if ctx has no loop, or another one.
func (n *Network) enter(ctx context.Context) (*host, error) {
	if err := coro.Check(ctx); err != nil && err != coro.ErrNoTask {
		return nil, err
	}
	l := eventloop.FromContext(ctx)
	switch {
	case l == nil:
		panic("asyncio: ctx has no event loop; pass the ctx that the task's function received")
	case n.loop == l:
	case n.loop != nil && !n.loop.IsClosed():
		panic("asyncio: a network in memory belongs to one loop; make another one for this")
	default:
		n.begin(l)
	}
	return n.hostOf(ctx), nil
}

// begin makes the network that of a loop, with nothing of the one before.
func (n *Network) begin(l *eventloop.Loop) {
	if n.loop != nil {
		n.here.forget()
		for _, h := range n.hosts {
			h.forget()
		}
		clear(n.parted)
		n.held = nil
	}
	n.loop = l
	if n.here == nil {
		n.here = newHost(n, "")
	}
}

// delay is how long something takes that is sent now.
func (n *Network) delay(from, to net.Addr) time.Duration {
	if n.latency == nil {
		return 0
	}
	return max(0, n.latency(from, to))
}

// Listen implements [network.Network].
func (n *Network) Listen(ctx context.Context, addr net.Addr, o network.Options) (network.Listener, error) {
	h, err := n.enter(ctx)
	if err != nil {
		return nil, err
	}
	switch a := addr.(type) {
	case *net.TCPAddr:
		return h.listenTCP(a, o)
	case *net.UnixAddr:
		if a.Net == "unix" || a.Net == "" {
			return h.listenUnix(a, o)
		}
	}
	return nil, unsupported("listen", addr)
}

// Dial implements [network.Network].
func (n *Network) Dial(ctx context.Context, addr net.Addr, o network.Options) (network.Conn, error) {
	h, err := n.enter(ctx)
	if err != nil {
		return nil, err
	}
	switch a := addr.(type) {
	case *net.TCPAddr:
		return h.dialTCP(ctx, a, o)
	case *net.UnixAddr:
		if a.Net == "unix" || a.Net == "" {
			return h.dialUnix(ctx, a)
		}
	}
	return nil, unsupported("dial", addr)
}

// addrPort is an address of the net package as netip has it, without the zone.
func addrPort(ip net.IP, port int) netip.AddrPort {
	a, _ := netip.AddrFromSlice(ip)
	return netip.AddrPortFrom(a.Unmap(), uint16(port))
}
