package transports_test

// The life of a connection: the rules of asyncio's test_selector_events.py and
// test_events.py that are not about mocks.

import (
	"context"
	"io"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/network"
	"github.com/goasyncio/asyncio/network/memory"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/transports"
)

func TestLifeOfAConnection(t *testing.T) {
	tests := []struct {
		name      string
		near, far recorder
		do        func(ctx context.Context, a, b transports.Transport)
		wantNear  []string
		wantFar   []string
	}{
		{
			name: "data in both directions, then close",
			do: func(ctx context.Context, a, b transports.Transport) {
				text(a, "ping")
				text(b, "pong")
				settle(ctx)
				a.Close()
			},
			wantNear: []string{"made", "data pong", "lost nil"},
			wantFar:  []string{"made", "data ping", "eof", "lost nil"},
		},
		{
			name:     "close sends what was written before",
			do:       func(ctx context.Context, a, b transports.Transport) { text(a, "ping"); a.Close() },
			wantNear: []string{"made", "lost nil"},
			wantFar:  []string{"made", "data ping", "eof", "lost nil"},
		},
		{
			name: "closing twice, and aborting after that",
			do: func(ctx context.Context, a, b transports.Transport) {
				a.Close()
				a.Close()
				a.Abort()
				settle(ctx)
				a.Abort()
				a.Close()
			},
			wantNear: []string{"made", "lost nil"},
			wantFar:  []string{"made", "eof", "lost nil"},
		},
		{
			name:     "what arrives after close is not delivered",
			do:       func(ctx context.Context, a, b transports.Transport) { text(b, "late"); a.Close() },
			wantNear: []string{"made", "lost nil"},
			wantFar:  []string{"made", "lost connection reset by peer"},
		},
		{
			name:     "abort is a reset at the other end",
			do:       func(ctx context.Context, a, b transports.Transport) { a.Abort() },
			wantNear: []string{"made", "lost nil"},
			wantFar:  []string{"made", "lost connection reset by peer"},
		},
		{
			name: "half closed",
			near: recorder{onEOF: keepOpen}, far: recorder{onEOF: keepOpen},
			do: func(ctx context.Context, a, b transports.Transport) {
				text(a, "question")
				must(a.CloseWrite())
				must(a.CloseWrite())
				settle(ctx)
				text(b, "answer")
				b.Close()
				settle(ctx)
				a.Close()
			},
			wantNear: []string{"made", "data answer", "eof", "lost nil"},
			wantFar:  []string{"made", "data question", "eof", "lost nil"},
		},
		{
			name: "at EOF nothing is delivered again by resuming",
			far:  recorder{onEOF: keepOpen},
			do: func(ctx context.Context, a, b transports.Transport) {
				must(a.CloseWrite())
				settle(ctx)
				b.PauseReading()
				b.ResumeReading()
				settle(ctx)
				b.Close()
			},
			wantNear: []string{"made", "eof", "lost nil"},
			wantFar:  []string{"made", "eof", "lost nil"},
		},
		{
			name: "paused reading",
			do: func(ctx context.Context, a, b transports.Transport) {
				b.PauseReading()
				b.PauseReading()
				text(a, "one")
				settle(ctx)
				b.Protocol().(*recorder).note("resume reading %t", b.IsReading())
				b.ResumeReading()
				b.ResumeReading()
				settle(ctx)
				text(a, "two")
				settle(ctx)
				b.Close()
			},
			wantNear: []string{"made", "eof", "lost nil"},
			wantFar:  []string{"made", "resume reading false", "data one", "data two", "lost nil"},
		},
		{
			name: "paused in ConnectionMade",
			far:  recorder{onMade: func(t transports.Transport) { t.PauseReading() }},
			do: func(ctx context.Context, a, b transports.Transport) {
				text(a, "one")
				settle(ctx)
				b.Close()
			},
			wantNear: []string{"made", "lost connection reset by peer"},
			wantFar:  []string{"made", "lost nil"},
		},
		{
			name:     "closed in ConnectionMade",
			far:      recorder{onMade: func(t transports.Transport) { t.Close() }},
			do:       func(ctx context.Context, a, b transports.Transport) {},
			wantNear: []string{"made", "eof", "lost nil"},
			wantFar:  []string{"made", "lost nil"},
		},
		{
			name:     "written in ConnectionMade",
			far:      recorder{onMade: func(t transports.Transport) { text(t, "hello") }},
			do:       func(ctx context.Context, a, b transports.Transport) { a.Close() },
			wantNear: []string{"made", "data hello", "lost nil"},
			wantFar:  []string{"made", "eof", "lost nil"},
		},
		{
			name: "broken by the network",
			do: func(ctx context.Context, a, b transports.Transport) {
				eventloop.FromContext(ctx).Network().(*memory.Network).Reset(networkConn(a))
			},
			wantNear: []string{"made", "lost connection reset by peer"},
			wantFar:  []string{"made", "lost connection reset by peer"},
		},
		{
			name:     "EOF closes the other end",
			do:       func(ctx context.Context, a, b transports.Transport) { must(a.CloseWrite()) },
			wantNear: []string{"made", "eof", "lost nil"},
			wantFar:  []string{"made", "eof", "lost nil"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				a, b := connect(ctx, &tt.near, &tt.far)
				tt.do(ctx, a, b)
				settle(ctx)
			})
			looptest.Equal(t, "calls of the near end", tt.near.log, tt.wantNear)
			looptest.Equal(t, "calls of the far end", tt.far.log, tt.wantFar)
		})
	}
}

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

// A callback that is in the ready queue when it is taken back comes too late.
func TestStaleReadiness(t *testing.T) {
	tests := []struct {
		name string
		do   func(tr transports.Transport, c *scripted)
		log  []string
	}{
		{"of a connection that is paused", func(tr transports.Transport, c *scripted) { tr.PauseReading() }, []string{"made"}},
		{"of one that is closing", func(tr transports.Transport, c *scripted) { text(tr, "x"); tr.Close() }, []string{"made"}},
		{"of one that was aborted", func(tr transports.Transport, c *scripted) { tr.Abort() }, []string{"made", "lost nil"}},
		{"of one at its end", func(tr transports.Transport, c *scripted) { c.readErr = io.EOF; c.readable.Run() }, []string{"made", "eof"}},
		{"of one where there is nothing", func(tr transports.Transport, c *scripted) { c.readErr = network.ErrWouldBlock }, []string{"made"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				c, p := &scripted{}, &recorder{onEOF: keepOpen}
				tr := over(ctx, c, p)
				stale := c.readable
				c.readErr = errBroken
				tt.do(tr, c)
				looptest.Equal(t, "callback", c.readable == nil, tt.name != "of one where there is nothing")
				looptest.Equal(t, "IsReading", tr.IsReading(), !tr.IsClosing() && tt.name != "of a connection that is paused")
				stale.Run()
				looptest.Turns(ctx, 2)
				looptest.Equal(t, "calls", p.log, tt.log)
				tr.Abort()
				settle(ctx)
			})
		})
	}
}

// A connection that cannot be read, or watched, is broken.
func TestReadFails(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		c, p := &scripted{readErr: errBroken}, &recorder{}
		over(ctx, c, p)
		c.readable.Run()
		settle(ctx)
		looptest.Equal(t, "calls", p.log, []string{"made", "lost broken"})

		c, p = &scripted{watchErr: errBroken}, &recorder{}
		over(ctx, c, p)
		settle(ctx)
		looptest.Equal(t, "calls", p.log, []string{"made", "lost broken"})
		looptest.Equal(t, "end", c.closed, []string{"abort"})

		// Nothing is watched before ConnectionMade.
		c = &scripted{}
		p = &recorder{onMade: func(tr transports.Transport) {
			tr.PauseReading()
			tr.ResumeReading()
			looptest.Equal(t, "watched", c.watched, 0)
		}}
		over(ctx, c, p).Abort()
		looptest.Equal(t, "watched", c.watched, 1)
		settle(ctx)
	})
}
