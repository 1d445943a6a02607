package graph

// How a graph is made.

import (
	"context"
	"runtime"
	"slices"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/taskset"
)

// A Loop is an *eventloop.Loop.
type Loop interface {
	coro.Scheduler
	Time() time.Duration
	Post(r coro.Runnable) error
	Tasks() *taskset.Set
	Gone() <-chan struct{}
}

// Capture returns the graph of the loop of ctx (asyncio: capture_call_graph). It
// is for the loop's goroutine: for tasks, with their own ctx, and for callbacks.
// All of it is of one moment. Capture panics if ctx has no loop.
func Capture(ctx context.Context) *Graph {
	c, _ := coro.MustFromContext(ctx)
	l, ok := c.Driver().Scheduler().(Loop)
	if !ok {
		panic("asyncio: graph.Capture with the ctx of something other than an event loop")
	}
	return Of(l)
}

// Of is [Capture] for those who have the loop and no ctx.
func Of(l Loop) *Graph {
	b := newBuilder(l)
	if current := l.Tasks().Current; current != nil {
		b.current = current.Driver()
		b.here = make([]uintptr, deepest)
		b.here = b.here[:runtime.Callers(2, b.here)]
	}
	for m := range l.Tasks().All() {
		b.add(m)
	}
	return b.finish()
}

// perTurn is how many tasks a loop looks at between two turns: about a tenth of a
// millisecond's worth.
const perTurn = 32

// Request asks l, from another goroutine, for its graph. The loop looks at some
// tasks in each of its turns, so that it is not held up for longer than by a
// step of a task: what it tells of two tasks may be from different turns. What
// stands still, as tasks that wait for each other do, it tells exactly.
//
// Request waits until the loop has answered or ctx has ended: a loop that is
// stuck in a step does not answer. In a task of the loop it would wait for
// itself; with the ctx of one it is [Capture]. It returns the error of ctx, or
// eventloop.ErrLoopClosed.
func Request(ctx context.Context, l Loop) (*Graph, error) {
	if c, _ := coro.FromContext(ctx); c != nil && onLoop(c, l) {
		return Of(l), nil
	}
	r := &request{loop: l, done: make(chan struct{})}
	if err := l.Post(r); err != nil {
		return nil, err
	}
	select {
	case <-r.done:
		return r.b.finish(), nil
	case <-l.Gone():
		return nil, l.Post(r) // which refuses
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// onLoop reports whether c is that of a task or a callback of l, and not of a
// function that l has running on another goroutine.
func onLoop(c *coro.Context, l Loop) bool {
	if _, outside := c.Driver().(interface{ Elsewhere() }); outside {
		return false
	}
	return c.Driver().Scheduler() == coro.Scheduler(l)
}

// request is a graph that is being made, a part in each turn.
type request struct {
	loop Loop
	b    *builder
	left []taskset.Member
	done chan struct{}
}

// Run is called by the loop.
func (r *request) Run() {
	if r.b == nil {
		r.b = newBuilder(r.loop)
		r.left = slices.Collect(r.loop.Tasks().All())
	}
	n := min(perTurn, len(r.left))
	for _, m := range r.left[:n] {
		r.b.add(m)
	}
	r.left = r.left[n:]
	if len(r.left) > 0 {
		r.loop.Ready(r)
		return
	}
	close(r.done)
}

// String names it in snapshots of the loop.
func (r *request) String() string { return "a graph of the tasks" }
