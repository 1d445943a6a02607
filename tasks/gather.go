package tasks

import (
	"context"
	"fmt"
	"slices"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
)

// Gather runs awaitables concurrently and returns a future of all their results,
// in the order of the arguments (asyncio: gather). Coroutines become tasks, in
// that order; one given twice runs once. A future of another loop makes it fail.
//
// The first that fails, or is cancelled, completes the future with its error;
// the others go on, and errors of theirs that come later count as seen. To have
// them cancelled, use a group. Cancelling the future cancels every awaitable
// that is not done.
func Gather[T any](ctx context.Context, aws ...Awaitable[T]) *GatheringFuture[[]T] {
	return gather(ctx, aws, false, func(kids []futures.Like[T]) []T {
		res := make([]T, len(kids))
		for i, f := range kids {
			res[i], _ = f.Result()
		}
		return res
	})
}

// A Result is the outcome of one of the awaitables of [GatherSettled].
type Result[T any] struct {
	Value T
	Err   error
}

// GatherSettled is [Gather] with errors among the results (asyncio: gather with
// return_exceptions): its future is done when all are. If it was cancelled
// meanwhile, it has the cancellation for its error.
func GatherSettled[T any](ctx context.Context, aws ...Awaitable[T]) *GatheringFuture[[]Result[T]] {
	return gather(ctx, aws, true, func(kids []futures.Like[T]) []Result[T] {
		res := make([]Result[T], len(kids))
		for i, f := range kids {
			if f.Cancelled() {
				// The error itself belongs to the first who awaits f.
				res[i].Err = f.Core().NewCancelledError()
			} else {
				res[i].Value, res[i].Err = f.Result()
			}
		}
		return res
	})
}

// A GatheringFuture is the future of a gather (asyncio: _GatheringFuture). It
// has the methods of a future whose outcome cannot be set.
type GatheringFuture[R any] struct {
	gathering
	value R
}

// gathering is the untyped part.
type gathering struct {
	fut             future.Core
	child           func(i int) child // in the order of the arguments, with repetitions
	n               int               // of these
	total           int               // of those that are counted
	finished        int
	settle          bool // wait for all, whatever their outcomes
	cancelRequested bool
	complete        func() // completes fut with the results
}

// child is what a gathering needs of each of its futures.
type child interface {
	coro.Awaitable
	Cancelled() bool
	Core() *future.Core
}

func gather[T, R any](ctx context.Context, aws []Awaitable[T], settle bool,
	results func([]futures.Like[T]) R) *GatheringFuture[R] {

	l := loopOf(ctx)
	g := &GatheringFuture[R]{}
	g.fut.BindNew(l.Turn())
	g.settle = settle
	kids := make([]futures.Like[T], len(aws))
	g.complete = func() {
		g.value = results(kids)
		g.fut.Finish(nil, g)
	}
	if len(aws) == 0 {
		g.complete()
		return g
	}
	var done []child
	nodes := make([]gatherNode, len(aws))
	g.n, g.child = len(aws), func(i int) child { return kids[i] }
	var others map[any]int
	for i, aw := range aws {
		first := -1
		switch aw := aw.(type) {
		case *Coroutine[T]:
			if aw != nil && aw.fn == nil { // it was started
				first = slices.Index(aws[:i], Awaitable[T](aw))
			}
		case nil, futures.Like[T]: // which may count twice
		default:
			if others == nil {
				others = make(map[any]int)
			}
			id := identity(aw)
			if n, dup := others[id]; dup {
				first = n
			} else {
				others[id] = i
			}
		}
		if first >= 0 {
			kids[i] = kids[first]
		} else {
			kids[i] = EnsureFuture(ctx, aw)
			g.total++
			if kids[i].Done() {
				done = append(done, kids[i])
			} else {
				nodes[i] = gatherNode{&g.gathering, i}
				kids[i].Subscribe(&nodes[i])
			}
		}
	}
	for _, c := range done {
		g.childDone(c)
	}
	return g
}

// gatherNode subscribes a gathering to one child.
type gatherNode struct {
	g *gathering
	i int
}

func (n *gatherNode) Run() { n.g.childDone(n.g.child(n.i)) }

// children returns all of them, which are kept by their own type.
func (g *gathering) children() []child {
	all := make([]child, g.n)
	for i := range all {
		all[i] = g.child(i)
	}
	return all
}

// childDone counts a child that is done (asyncio: _done_callback).
func (g *gathering) childDone(c child) {
	g.finished++
	switch {
	case g.fut.Done():
		c.Core().MarkRetrieved()
		return
	case g.settle:
	case c.Cancelled():
		// As an error: the outer future is not cancelled itself.
		g.fut.Finish(c.Core().CancelledError(), g)
		return
	default:
		if err := c.Err(); err != nil {
			g.fut.Finish(err, g)
			return
		}
	}
	switch {
	case g.finished < g.total:
	case g.cancelRequested:
		for _, c := range g.children() {
			c.Core().MarkRetrieved()
		}
		last := g.child(g.n - 1)
		g.fut.Finish(last.Core().CancelledError(), g)
	default:
		g.complete()
	}
}

// Cancel cancels every child that is not done and reports whether any accepted.
// The future itself is done when the children are.
func (g *gathering) Cancel(msg ...string) bool { return g.CancelCause(nil, msg...) }

// CancelCause is Cancel with what led to it, which the children are told.
func (g *gathering) CancelCause(cause error, msg ...string) bool {
	if g.fut.Done() {
		return false
	}
	accepted := false
	for _, c := range g.children() {
		if coro.Cancel(c, cause, msg...) {
			accepted = true
		}
	}
	if accepted {
		g.cancelRequested = true
	}
	return accepted
}

// Await suspends the task of ctx until the results are there. Cancelling the
// waiting task cancels the children.
func (g *GatheringFuture[R]) Await(ctx context.Context) (R, error) {
	if err := coro.Await(ctx, g); err != nil {
		var zero R
		return zero, err
	}
	return g.value, nil
}

// Result returns the outcome of a gather that is done, an ErrInvalidState before
// that.
func (g *GatheringFuture[R]) Result() (R, error) {
	if err := g.fut.Err(); err != nil {
		var zero R
		return zero, err
	}
	return g.value, nil
}

// Done reports whether there is an outcome.
func (g *gathering) Done() bool { return g.fut.Done() }

// Err returns the error of a gather that is done.
func (g *gathering) Err() error { return g.fut.Err() }

// Cancelled returns false: a gather that was cancelled has the cancellation for
// its error, as in asyncio.
func (g *gathering) Cancelled() bool { return false }

// Subscribe implements [coro.Awaitable].
func (g *gathering) Subscribe(w coro.Runnable) { g.fut.Subscribe(w) }

// Unsubscribe implements [coro.Awaitable].
func (g *gathering) Unsubscribe(w coro.Runnable) int { return g.fut.Unsubscribe(w) }

// Scheduler returns the loop.
func (g *gathering) Scheduler() coro.Scheduler { return g.fut.Scheduler() }

// Core is for the packages of this module.
func (g *gathering) Core() *future.Core { return &g.fut }

// String names the gather in reports.
func (g *gathering) String() string { return "a gather" }

// Explain implements [waits.Explainer].
func (g *gathering) Explain() waits.Reason {
	return waits.Reason{Kind: "gather", Object: g, On: waits.Each(g.children()),
		State: fmt.Sprintf("%d of %d done", g.finished, g.total)}
}

// AddDoneCallback arranges for fn to be called by the loop once g is done.
func (g *GatheringFuture[R]) AddDoneCallback(fn func(*GatheringFuture[R])) *futures.Callback {
	if fn == nil {
		panic("asyncio: AddDoneCallback of a nil function")
	}
	return futures.AddCallback(g, func() { fn(g) })
}

// RemoveDoneCallback takes back a callback that has not been scheduled.
func (g *GatheringFuture[R]) RemoveDoneCallback(cb *futures.Callback) int { return g.Unsubscribe(cb) }
