package system

import (
	"context"
	"net"
	"sync"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/readiness"
	"github.com/goasyncio/asyncio/network"
)

// Listen implements [network.Network].
func (portable) Listen(ctx context.Context, addr net.Addr, o network.Options) (network.Listener, error) {
	h, err := portableEnter(ctx)
	if err != nil {
		return nil, err
	}
	name, address, ok := portableName(addr, o)
	if _, isUDP := addr.(*net.UDPAddr); !ok || isUDP || name == "unixgram" {
		return nil, portableUnsupported("listen", addr)
	}
	config := net.ListenConfig{Control: portableControl(o), KeepAliveConfig: portableKeepAlive(o), KeepAlive: -1}
	ln, err := config.Listen(ctx, name, address)
	if err != nil {
		return nil, err
	}
	l := &portableListener{hub: h, l: ln, o: o, next: make(chan struct{}, 1), quit: make(chan struct{})}
	l.readable.Loop = h.loop
	h.open[l] = struct{}{}
	h.running.Go(l.run)
	return l, nil
}

// portableListener is a listener of package net, with a goroutine that accepts one
// connection ahead.
type portableListener struct {
	hub      *portableHub
	l        net.Listener
	o        network.Options
	readable readiness.Callback
	next     chan struct{} // the connection was taken
	quit     chan struct{} // closed by Close

	mu     sync.Mutex
	there  bool // c or err
	c      net.Conn
	err    error
	closed bool
}

// run is the goroutine.
func (l *portableListener) run() {
	for {
		c, err := l.l.Accept()
		l.mu.Lock()
		if l.closed {
			l.mu.Unlock()
			if err == nil {
				portableReset(c)
			}
			return
		}
		l.c, l.err, l.there = c, err, true
		l.mu.Unlock()
		l.hub.loop.Post(l)
		select {
		case <-l.next:
		case <-l.quit:
			return
		}
	}
}

// Run is posted to the loop when a connection, or an error, has come.
func (l *portableListener) Run() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.readable.Can(l.there && !l.closed)
}

// String names it in snapshots of the loop.
func (l *portableListener) String() string { return "arrival at " + l.Addr().String() }

func (l *portableListener) Accept() (network.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, portableClosed("accept", l.Addr(), nil)
	}
	if !l.there {
		return nil, network.ErrWouldBlock
	}
	c, err := l.c, l.err
	l.c, l.err, l.there = nil, nil, false
	l.readable.Can(false)
	l.next <- struct{}{}
	if err != nil {
		return nil, err
	}
	return l.hub.newConn(c, l.o), nil
}

func (l *portableListener) OnReadable(r coro.Runnable) error {
	if l.closed { // which only this goroutine changes
		return portableClosed("accept", l.Addr(), nil)
	}
	l.hub.on(&l.readable, r)
	return nil
}

func (l *portableListener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	close(l.quit)
	l.hub.on(&l.readable, nil)
	delete(l.hub.open, l)
	if l.c != nil {
		portableReset(l.c)
		l.c = nil
	}
	return l.l.Close()
}

// loopClosed implements portableSocket.
func (l *portableListener) loopClosed() { l.Close() }

func (l *portableListener) Addr() net.Addr { return l.l.Addr() }
