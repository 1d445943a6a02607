package threads

import (
	"context"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
)

// outside is the ctx of a function on another goroutine: it has the values of the
// ctx that the function was started with, and hides the task.
type outside struct {
	context.Context // whose end is its own
	values          context.Context
	base            coro.Context // found in place of the task's
	work            *work
}

// newContext returns the ctx of the function of w. It has the values of values, and
// ends with lifetime, or when end is called.
func newContext(values, lifetime context.Context, w *work) (ctx context.Context, end context.CancelCauseFunc) {
	std, end := context.WithCancelCause(lifetime)
	o := &outside{Context: std, values: values, work: w}
	o.base.Init(w.hub.loop.Tasks().Base, driver{o}, nil, nil) // which needs no allocation
	return o, end
}

// Value returns the value for k.
func (o *outside) Value(k any) any {
	if o.Context.Value(k) == any(o.Context) {
		// Package context asks for what to attach a derived ctx to, or for the
		// cause: that is this one, and not one among the ancestors of values.
		return o.Context
	}
	if c, ok := o.base.Value(k).(*coro.Context); ok {
		return c
	}
	return o.values.Value(k)
}

// driver is what an await on such a ctx finds: there is no task.
type driver struct{ o *outside }

func (d driver) Check(context.Context) error                 { return coro.ErrNoTask }
func (d driver) Pass() bool                                  { return false }
func (d driver) Await(coro.Awaitable, context.Context) error { return coro.ErrNoTask }

// Outside tells [eventloop.FromContext] the loop that the function runs for.
func (d driver) Outside() *eventloop.Loop { return d.o.work.hub.loop }

// Elsewhere tells package graph that the ctx is that of another goroutine.
func (driver) Elsewhere() {}

// Scheduler is called by whatever is about to use the loop without an await: to
// create a task, a future, a timer. That would be a data race.
func (d driver) Scheduler() coro.Scheduler {
	panic("asyncio: the loop was used on another goroutine; Submit a function that does it")
}

// loopOf returns the loop of ctx, which must be that of a task or callback.
func loopOf(ctx context.Context) *eventloop.Loop {
	c, _ := coro.MustFromContext(ctx)
	return c.Driver().Scheduler().(*eventloop.Loop)
}
