package transports_test

// What a transport and its protocol know of each other.

import (
	"context"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

// ConnectionMade is called by the loop, before the wait of Connect ends.
func TestConnectionMadeComesFirst(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l := eventloop.FromContext(ctx)
		var order []string
		s, addr := listen(ctx, func() *recorder { return &recorder{} })
		near := &recorder{}
		near.onMade = func(transports.Transport) {
			order = append(order, "made")
			l.CallSoon(func() { order = append(order, "scheduled by it") })
			if tasks.Current(ctx) != nil {
				t.Error("ConnectionMade is called in a task")
			}
		}
		_, p, err := transports.Connect(ctx, func() *recorder { order = append(order, "factory"); return near }, "tcp", addr)
		order = append(order, "connected")
		must(err)
		if p != near {
			t.Error("Connect returns another protocol")
		}
		looptest.Equal(t, "order", order, []string{"factory", "made", "scheduled by it", "connected"})
		s.Close()
		p.t.Close()
		settle(ctx)
	})
}

// What a transport tells of itself.
func TestTransportTellsOfItself(t *testing.T) {
	leak.Check(t)
	type key struct{}
	run(t, func(ctx context.Context) {
		near, far := &recorder{}, &recorder{}
		a, b := connect(context.WithValue(ctx, key{}, "value"), near, far)
		looptest.Equal(t, "addresses", a.LocalAddr().String()+" "+a.RemoteAddr().String(), b.RemoteAddr().String()+" "+b.LocalAddr().String())
		looptest.Equal(t, "String", a.(interface{ String() string }).String(), "connection "+a.LocalAddr().String()+" to "+a.RemoteAddr().String())
		_, secure := a.ConnectionState()
		looptest.Equal(t, "secure", secure, false)
		for _, tr := range []transports.Transport{a, b} {
			looptest.Equal(t, "value of the ctx", tr.Context().Value(key{}), any("value"))
			if eventloop.FromContext(tr.Context()) != eventloop.FromContext(ctx) {
				t.Error("the ctx has another loop")
			}
			if tr.Context().Err() != nil {
				t.Error("the ctx has ended")
			}
		}
		if a.Protocol() != transports.BaseProtocol(near) {
			t.Error("Protocol is another")
		}
		a.PauseReading()
		state := func(want string) {
			t.Helper()
			looptest.Equal(t, "String", a.(interface{ String() string }).String(), "connection "+a.LocalAddr().String()+" to "+a.RemoteAddr().String()+want)
		}
		state(" (reading paused)")
		a.Write(make([]byte, 100<<10))
		state(" (reading paused, 36864 bytes to send)")
		a.Close()
		state(" (closing, 36864 bytes to send)")
		settle(ctx)
		state(" (closed)")
	})
}

// SetProtocol changes who is called from now on, whatever kind it is.
func TestSetProtocol(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		near, far, second := &recorder{}, &recorder{}, &recorder{}
		stored := &storing{room: 4}
		a, b := connect(ctx, near, far)
		text(a, "one")
		settle(ctx)
		b.SetProtocol(second)
		text(a, "two")
		settle(ctx)
		b.SetProtocol(stored)
		text(a, "three")
		settle(ctx)
		b.SetProtocol(far)
		text(a, "four")
		settle(ctx)
		a.Close()
		settle(ctx)
		looptest.Equal(t, "the first", far.log, []string{"made", "data one", "data four", "eof", "lost nil"})
		looptest.Equal(t, "the second", second.log, []string{"data two"})
		looptest.Equal(t, "the buffered one", stored.log, []string{"get -1", "stored thre", "get -1", "stored e"})
	})
}

func TestProtocolMisuse(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		a, _ := connect(ctx, &recorder{}, &recorder{})
		looptest.Equal(t, "nil", looptest.Panics(func() { a.SetProtocol(nil) }), "asyncio: a transport with a nil protocol")
		looptest.Equal(t, "deaf", looptest.Panics(func() { a.SetProtocol(deaf{}) }),
			"asyncio: transports_test.deaf is neither a Protocol nor a BufferedProtocol; it needs DataReceived, or GetBuffer and BufferUpdated")
		looptest.Equal(t, "limits", looptest.Panics(func() { a.SetWriteBufferLimits(1, 2) }),
			"asyncio: SetWriteBufferLimits with a low-water mark above the high-water mark")
		looptest.Equal(t, "factory", looptest.Panics(func() {
			transports.Connect[*recorder](ctx, nil, "tcp", "127.0.0.1:1")
		}), "asyncio: Connect with a nil factory of protocols")
		a.Close()
		settle(ctx)
	})
}

// deaf receives nothing.
type deaf struct{}

func (deaf) ConnectionMade(transports.Transport) {}
func (deaf) EOFReceived() bool                   { return false }
func (deaf) ConnectionLost(error)                {}
