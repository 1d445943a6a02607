package transports_test

// When a transport pauses and resumes a protocol that writes: the rules of the tests of
// flow control in asyncio's test_transports.py.

import (
	"context"
	"testing"

	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/looptest"
	"github.com/goasyncio/asyncio/transports"
)

func TestFlowControl(t *testing.T) {
	type step struct {
		write int // bytes, or
		take  int // how many the connection takes
		log   []string
		size  int
	}
	tests := []struct {
		name      string
		high, low int
		steps     []step
	}{
		{"defaults", -1, -1, []step{
			{64 << 10, 0, nil, 64 << 10},
			{1, 0, []string{"pause"}, 64<<10 + 1},
			{1, 0, nil, 64<<10 + 2},
			{0, 48<<10 + 1, nil, 16<<10 + 1},
			{0, 1, []string{"resume"}, 16 << 10},
			{0, 16 << 10, nil, 0},
		}},
		{"high alone", 100, -1, []step{{101, 0, []string{"pause"}, 101}, {0, 75, nil, 26}, {0, 1, []string{"resume"}, 25}}},
		{"low alone", -1, 10, []step{{40, 0, nil, 40}, {1, 0, []string{"pause"}, 41}, {0, 30, nil, 11}, {0, 1, []string{"resume"}, 10}}},
		{"none", 0, 0, []step{{1, 0, []string{"pause"}, 1}, {0, 1, []string{"resume"}, 0}, {1, 0, []string{"pause"}, 1}}},
		{"both the same", 5, 5, []step{{6, 0, []string{"pause"}, 6}, {0, 1, []string{"resume"}, 5}, {1, 0, []string{"pause"}, 6}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				c, p := &scripted{}, &recorder{}
				tr := over(ctx, c, p)
				tr.SetWriteBufferLimits(tt.high, tt.low)
				p.take()
				for i, s := range tt.steps {
					if s.write > 0 {
						tr.Write(make([]byte, s.write))
					}
					if s.take > 0 {
						for c.room = s.take; c.room > 0; {
							c.ready(0)
						}
					}
					looptest.Equal(t, "calls", p.take(), s.log)
					looptest.Equal(t, "size", tr.WriteBufferSize(), s.size)
					if t.Failed() {
						t.Fatalf("in step %d", i)
					}
				}
				tr.Abort()
				looptest.Equal(t, "size after Abort", tr.WriteBufferSize(), 0)
				settle(ctx)
			})
		})
	}
}

func TestWriteBufferLimits(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		p := &recorder{}
		tr := over(ctx, &scripted{}, p)
		limits := func() [2]int { high, low := tr.WriteBufferLimits(); return [2]int{high, low} }
		looptest.Equal(t, "defaults", limits(), [2]int{64 << 10, 16 << 10})
		tr.Write(make([]byte, 100))
		tr.SetWriteBufferLimits(99, -1) // pauses at once
		looptest.Equal(t, "limits", limits(), [2]int{99, 24})
		tr.SetWriteBufferLimits(-1, 100)
		looptest.Equal(t, "limits", limits(), [2]int{400, 100})
		looptest.Equal(t, "calls", p.take(), []string{"made", "pause"})
		tr.SetWriteBufferLimits(1, 1)
		looptest.Equal(t, "calls", p.take(), nil)

		// A protocol that comes later is told on its own account.
		second := &recorder{}
		tr.SetProtocol(second)
		looptest.Equal(t, "calls of the second", second.take(), nil)
		tr.Write([]byte("x"))
		looptest.Equal(t, "calls of the second", second.take(), []string{"pause"})
		tr.Abort()
		settle(ctx)
	})
}

// What the protocol does when there is room may fill the buffer again, or end the
// connection.
func TestReactionsToRoom(t *testing.T) {
	once := func(tr transports.Transport, left *int) {
		if *left--; *left == 0 {
			text(tr, "y")
		}
	}
	for _, tt := range []struct {
		name string
		room func(tr transports.Transport, left *int)
		log  []string
		sent int
	}{
		{"writes", once, []string{"made", "pause", "resume", "pause", "resume"}, 11},
		{"closes", func(tr transports.Transport, _ *int) { tr.Close() }, []string{"made", "pause", "resume", "lost nil"}, 10},
		{"aborts", func(tr transports.Transport, _ *int) { tr.Abort() }, []string{"made", "pause", "resume", "lost nil"}, 10},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			c, p := &scripted{}, &recorder{}
			run(t, func(ctx context.Context) {
				tr := over(ctx, c, p)
				tr.SetWriteBufferLimits(0, 0)
				left := 1
				p.onRoom = func() { tt.room(tr, &left) }
				tr.Write(make([]byte, 10))
				for range 4 {
					c.ready(0)
					c.room = 10
				}
				c.ready(0)
				settle(ctx)
				looptest.Equal(t, "calls", p.log, tt.log)
				tr.Abort()
				settle(ctx)
			})
			looptest.Equal(t, "sent", len(c.written), tt.sent)
			looptest.Equal(t, "closed once", len(c.closed), 1)
		})
	}
}
