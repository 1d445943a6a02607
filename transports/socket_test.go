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
