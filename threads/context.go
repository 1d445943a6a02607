package threads

import (
	"context"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
)

// outside is the ctx of a function on another goroutine, apart from its own
// cancellation: it has the values of the ctx that the function was started with,
// and hides the task.
type outside struct {
	context.Context // whose end ends it
	values          context.Context
	base            coro.Context // found in place of the task's
}

// newOutside returns the ctx of a function that runs for w.
func newOutside(values, lifetime context.Context, w *work) *outside {
	o := &outside{Context: lifetime, values: values}
	o.base.Init(context.Background(), driver{w}, nil, nil)
	return o
}

// Value returns the value for k.
func (o *outside) Value(k any) any {
	if c, ok := o.base.Value(k).(*coro.Context); ok {
		return c
	}
	return o.values.Value(k)
}

// AfterFunc lets package context attach a derived ctx without a goroutine, since
// the ctx that Value finds is not the one that ends this.
func (o *outside) AfterFunc(f func()) (stop func() bool) { return context.AfterFunc(o.Context, f) }

// driver is what an await on such a ctx finds: there is no task.
type driver struct{ w *work }

func (d driver) Check(context.Context) error                 { return coro.ErrNoTask }
func (d driver) Pass() bool                                  { return false }
func (d driver) Await(coro.Awaitable, context.Context) error { return coro.ErrNoTask }

// Outside tells [eventloop.FromContext] the loop that the function runs for.
func (d driver) Outside() *eventloop.Loop { return d.w.hub.loop }

// Scheduler is called by whatever is about to use the loop without an await: to
// create a task, a future, a timer. That would be a data race.
func (d driver) Scheduler() coro.Scheduler {
	panic("asyncio: the loop was used on another goroutine; Submit a function that does it")
}

// callOf returns the call whose function has ctx, nil if ctx is not of that kind.
func callOf(c *coro.Context) *work {
	d, _ := c.Driver().(driver)
	return d.w
}

// loopOf returns the loop of ctx, which must be that of a task or callback.
func loopOf(ctx context.Context) *eventloop.Loop {
	c, _ := coro.MustFromContext(ctx)
	return c.Driver().Scheduler().(*eventloop.Loop)
}
