// Package networktest checks that a [network.Network] keeps the rules of its package.
// Whoever writes one calls [Run] in a test:
//
//	func TestNetwork(t *testing.T) {
//		networktest.Run(t, func() network.Network { return mine.New() })
//	}
//
// It is strict where transports rely on the rules, and lets pass what systems do
// differently: how many bytes a write takes, when exactly a reset shows, and which
// kinds of addresses there are.
package networktest

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// Run checks the networks that open returns, each in a subtest and a loop of its own.
// The options are for the loops: a network that needs nothing from outside can be
// checked in virtual time. What a network lacks is skipped if it says so by
// errors.ErrUnsupported. A goroutine or a descriptor that is left behind fails t.
func Run(t *testing.T, open func() network.Network, opts ...runners.Option) {
	for _, k := range streamKinds {
		t.Run(k.name, func(t *testing.T) { runAll(t, open, opts, k, streamChecks) })
	}
	for _, k := range packetKinds {
		t.Run(k.name, func(t *testing.T) { runAll(t, open, opts, k, packetChecks) })
	}
	t.Run("others", func(t *testing.T) { runAll(t, open, opts, kind{}, otherChecks) })
}

// A kind is a kind of addresses.
type kind struct {
	name  string
	local func(t *testing.T) net.Addr // where to listen
}

var streamKinds = []kind{
	{"tcp4", func(*testing.T) net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }},
	{"tcp6", func(*testing.T) net.Addr { return &net.TCPAddr{IP: net.IPv6loopback} }},
	{"unix", func(t *testing.T) net.Addr { return &net.UnixAddr{Net: "unix", Name: path(t)} }},
}

var packetKinds = []kind{
	{"udp4", func(*testing.T) net.Addr { return &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)} }},
	{"udp6", func(*testing.T) net.Addr { return &net.UDPAddr{IP: net.IPv6loopback} }},
	{"unixgram", func(t *testing.T) net.Addr { return &net.UnixAddr{Net: "unixgram", Name: path(t)} }},
}

// path returns one that is short enough for a unix socket.
func path(t *testing.T) string {
	dir, err := os.MkdirTemp("", "net")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

// A check is one rule.
type check struct {
	name string
	fn   func(e *env)
}

// An env is what a check runs in: a task of a loop.
type env struct {
	*testing.T
	network.Network
	kind
	ctx  context.Context
	loop *eventloop.Loop

	called *futures.Future[struct{}] // for the next callback, if a check waits for it
}

// limit ends a check that hangs.
const limit = 30 * time.Second

func runAll(t *testing.T, open func() network.Network, opts []runners.Option, k kind, checks []check) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			leak.Check(t)
			leak.Files(t)
			main := func(ctx context.Context) error {
				body := tasks.Go(ctx, func(ctx context.Context) error {
					e := &env{T: t, Network: open(), kind: k, ctx: ctx, loop: eventloop.FromContext(ctx)}
					c.fn(e)
					return nil
				}, tasks.WithName("the check"))
				_, err := tasks.WaitFor(ctx, body, limit)
				return err
			}
			if err := runners.Run(context.Background(), main, opts...); err != nil {
				t.Errorf("the check: %v", err)
			}
		})
	}
}

// must fails the check on an error, and skips it on what the network lacks.
func (e *env) must(err error) {
	e.Helper()
	if errors.Is(err, errors.ErrUnsupported) {
		e.Skip(err)
	}
	if err != nil {
		e.Fatal(err)
	}
}

// listen listens at an address of the kind, until the check has ended.
func (e *env) listen(o network.Options) network.Listener {
	e.Helper()
	l, err := e.Listen(e.ctx, e.local(e.T), o)
	if err != nil && e.name == "tcp6" {
		e.Skip("no IPv6 here: ", err)
	}
	e.must(err)
	return l
}

// pair returns the two ends of a connection.
func (e *env) pair() (client, server network.Conn) {
	e.Helper()
	l := e.listen(network.Options{})
	defer l.Close()
	client, err := e.Dial(e.ctx, l.Addr(), network.Options{})
	e.must(err)
	return client, e.accept(l)
}

func (e *env) accept(l network.Listener) network.Conn {
	e.Helper()
	for {
		c, err := l.Accept()
		if err != network.ErrWouldBlock {
			e.must(err)
			return c
		}
		e.wait(l.OnReadable)
	}
}
