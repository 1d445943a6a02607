package system

import (
	"context"
	"net"
	"sync"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
	"github.com/goasyncio/asyncio/network"
)

// Dial implements [network.Network].
func (portable) Dial(ctx context.Context, addr net.Addr, o network.Options) (network.Conn, error) {
	h, err := portableEnter(ctx)
	if err != nil {
		return nil, err
	}
	name, address, ok := portableName(addr, network.Options{})
	if _, isUDP := addr.(*net.UDPAddr); !ok || isUDP || name == "unixgram" {
		return nil, portableUnsupported("dial", addr)
	}
	d := &portableDial{hub: h, addr: addr}
	d.BindNew(h.loop.Turn())
	dialCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	d.cancel = cancel
	defer cancel()
	dialer := &net.Dialer{
		LocalAddr: o.Local, Control: o.Control, KeepAliveConfig: portableKeepAlive(o),
		KeepAlive: -1, // or an empty config stands for the default
	}
	h.open[d] = struct{}{}
	h.loop.Retain()
	h.running.Go(func() { d.run(dialCtx, dialer, name, address) })
	if err := coro.Await(ctx, d); err != nil {
		d.loopClosed()
		return nil, err
	}
	delete(h.open, d)
	if d.err != nil {
		return nil, d.err
	}
	return h.newConn(d.c, o), nil
}

// A portableDial is a connection that is being made on another goroutine, and the
// future of that.
type portableDial struct {
	future.Core
	hub    *portableHub
	addr   net.Addr
	cancel context.CancelFunc

	mu        sync.Mutex
	c         net.Conn
	err       error
	abandoned bool
}

// run is the goroutine.
func (d *portableDial) run(ctx context.Context, dialer *net.Dialer, name, address string) {
	c, err := dialer.DialContext(ctx, name, address)
	d.mu.Lock()
	d.c, d.err = c, err
	d.drop()
	d.mu.Unlock()
	d.hub.loop.PostAndRelease(d)
}

// drop closes a connection that nobody waits for. The lock is held.
func (d *portableDial) drop() {
	if d.abandoned && d.c != nil {
		portableReset(d.c)
		d.c = nil
	}
}

// Run is posted to the loop when the attempt has ended.
func (d *portableDial) Run() { d.Finish(nil, d) }

// loopClosed implements portableSocket. It is what happens when the wait is cancelled,
// too.
func (d *portableDial) loopClosed() {
	d.cancel()
	delete(d.hub.open, d)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.abandoned = true
	d.drop()
}

// String says what the task waits for.
func (d *portableDial) String() string { return "a connection to " + d.addr.String() }

// Explain implements [waits.Explainer].
func (d *portableDial) Explain() waits.Reason {
	return waits.Reason{Kind: "connection", Detail: "to " + d.addr.String()}
}
