package tasks

// How a task waits, as the driver of its ctx.

import (
	"context"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
)

// Check implements [coro.Driver]: the task must be the one running.
func (t *core) Check(foreign context.Context) error {
	if t.loop.Tasks().Current != &t.ctx || t.loop.Debug() && !t.co.OnStack() {
		return t.misplaced()
	}
	if foreign != nil {
		return foreign.Err()
	}
	return nil
}

// Pass implements [coro.Driver].
func (t *core) Pass() bool {
	return !t.mustCancel && t.loop.Alone() && !t.loop.Tasks().InEager()
}

// Await implements [coro.Driver]: it suspends the task until a is done. The end
// of foreign, a ctx that was derived with a deadline or a cancel function,
// detaches the task from a, which is left alone.
func (t *core) Await(a coro.Awaitable, foreign context.Context) error {
	if err := t.Check(foreign); err != nil {
		return err
	}
	if a != nil && a.Done() {
		return a.Err()
	}
	if l, ok := foreign.(coro.Level); ok {
		return t.awaitIn(l, a)
	}
	if foreign != nil {
		defer t.loop.Watch(foreign, func(err error) {
			// If a cancellation has ended foreign, and what the task waits
			// for has accepted the same, the task waits for that to end.
			if t.passed == nil || context.Cause(foreign) != error(t.passed) {
				t.interrupt(err)
			}
		}).Stop()
	}
	return t.co.Yield(a)
}

// awaitIn is Await in a cancel scope. A task that gives way cannot be interrupted,
// and looks at the scope when its turn has come.
func (t *core) awaitIn(l coro.Level, a coro.Awaitable) error {
	if out := l.Outside(); out != nil {
		defer t.loop.Watch(out, func(error) {
			if err := l.Err(); err != nil && (t.passed == nil || context.Cause(out) != error(t.passed)) {
				t.interrupt(err)
			}
		}).Stop()
	}
	l.Watch(t)
	defer l.Watch(nil)
	err := t.co.Yield(a)
	if err == nil && a == nil {
		err = l.Err()
	}
	return err
}

// Interrupt implements [coro.Interruptible]. If the task was asked to cancel, and
// waits for the end of what has accepted that, it is the request that ends the
// wait: it must not get lost.
func (t *core) Interrupt(err error) {
	switch {
	case t.passed == nil:
	case !future.IsScoped(err, false):
		return
	default:
		err = t.passed
	}
	t.interrupt(err)
}

// interrupt throws err into the task if it still waits. One that has been woken
// already goes on as if nothing had happened; its next await fails.
func (t *core) interrupt(err error) {
	if t.waiter != nil && t.waiter.Unsubscribe(t) > 0 {
		t.waiter, t.passed = nil, nil
		t.throw = err
		t.loop.Ready(t)
	}
}

// misplaced says why an await on the task's ctx is impossible.
func (t *core) misplaced() error {
	if t.loop.IsClosed() {
		return eventloop.ErrLoopClosed
	}
	err := &WrongTaskError{Owner: t.String()}
	if r := running(t.loop); r != nil {
		err.Running = r.String()
	}
	return err
}
