package waitq_test

import (
	"context"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/waitq"
	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/tasks"
)

// gate is the simplest primitive: each wake-up lets one task through.
type gate struct {
	line waitq.Line
	home waitq.Home
	last *waitq.Waiter
	out  []string // who came out, and whether it had been woken
}

func (*gate) String() string { return "a gate" }

func (g *gate) pass(ctx context.Context, name string) error {
	w, err := g.line.Join(ctx, &g.home, g)
	if err != nil {
		return err
	}
	g.last = w
	err = coro.Await(ctx, w)
	if g.line.Leave(w) {
		name += " woken"
	}
	g.out = append(g.out, name)
	return err
}

// enter starts tasks that pass the gate, and lets them get there.
func (g *gate) enter(ctx context.Context, names ...string) []*tasks.Task[struct{}] {
	var all []*tasks.Task[struct{}]
	for _, name := range names {
		all = append(all, tasks.Go(ctx, func(ctx context.Context) error { return g.pass(ctx, name) }))
	}
	waittest.Turns(ctx, 1)
	return all
}

func TestWaking(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var g gate
		waittest.Equal(t, "live, woken", []bool{g.line.Live(), g.line.WakeNext()}, []bool{false, false})
		g.line.WakeFirst()
		g.line.WakeAll()
		all := g.enter(ctx, "a", "b", "c", "d", "e", "f")
		waittest.Equal(t, "length", g.line.Len(), 6)

		all[0].Cancel()
		g.line.WakeFirst() // is done
		waittest.Equal(t, "WakeNext", g.line.WakeNext(), true)
		all[2].Cancel()
		waittest.Equal(t, "WakeNext", g.line.WakeNext(), true)
		all[3].Cancel() // too late for the waiter
		waittest.Equal(t, "length before they run", g.line.Len(), 6)
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "out", g.out, []string{"a", "b woken", "c", "d woken"})

		waittest.Equal(t, "length", g.line.Len(), 2)
		g.line.WakeFirst()
		g.line.WakeFirst()
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "length", g.line.Len(), 1)
		g.enter(ctx, "g", "h")
		g.line.WakeAll()
		waittest.Equal(t, "WakeNext", g.line.WakeNext(), false)
		waittest.Equal(t, "live", g.line.Live(), true)
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "live", g.line.Live(), false)
		waittest.Equal(t, "out", g.out[4:], []string{"e woken", "f woken", "g woken", "h woken"})
	})
}

// A line is live as long as somebody in it is not cancelled, woken or not.
func TestLive(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var g gate
		all := g.enter(ctx, "a", "b", "c")
		g.line.WakeNext()
		all[1].Cancel()
		all[2].Cancel()
		waittest.Equal(t, "live", g.line.Live(), true)
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "live", g.line.Live(), false)
		all = g.enter(ctx, "d", "e")
		all[0].Cancel()
		all[1].Cancel()
		waittest.Equal(t, "live, length", []any{g.line.Live(), g.line.Len()}, []any{false, 2})
	})
}

// A waiter that has left is used for the next wait, as if it were new; one that
// has not is left alone.
func TestReuse(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var g gate
		task := g.enter(ctx, "a")[0]
		first := g.last
		g.enter(ctx, "b")
		second := g.last
		waittest.Equal(t, "two waiters", first == second, false)
		task.Cancel("why")
		waittest.Turns(ctx, 1)
		task = g.enter(ctx, "c")[0]
		waittest.Equal(t, "used again", g.last == first, true)
		waittest.Equal(t, "done", first.Done(), false)
		g.line.WakeAll()
		waittest.Turns(ctx, 1)
		waittest.Is(t, "the wait after one that was cancelled", task.Err(), nil)
		waittest.Equal(t, "out", g.out, []string{"a", "b woken", "c woken"})
	})
}

func TestHome(t *testing.T) {
	var g gate
	waittest.Run(t, func(ctx context.Context) {
		g.enter(ctx, "a")
		g.line.WakeAll()
	})
	waittest.Run(t, func(ctx context.Context) {
		err := g.pass(ctx, "b")
		waittest.Is(t, "a wait on another loop", err, eventloop.ErrForeignLoop)
		waittest.Equal(t, "text", err.Error(),
			"asyncio: bound to another event loop, whose tasks have waited for it; make one for each loop")
		waittest.Equal(t, "length", g.line.Len(), 0)
	})
}
