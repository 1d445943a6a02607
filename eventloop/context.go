package eventloop

import (
	"context"
	"runtime/trace"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/taskset"
)

// FromContext returns the loop of ctx, nil if there is none (asyncio:
// get_running_loop).
func FromContext(ctx context.Context) *Loop {
	c, _ := coro.FromContext(ctx)
	if c == nil {
		return nil
	}
	if o, ok := c.Driver().(interface{ Outside() *Loop }); ok {
		return o.Outside() // a job on another goroutine
	}
	l, _ := c.Driver().Scheduler().(*Loop)
	return l
}

// Context returns a ctx that has the loop, the values of parent, and no task:
// for callbacks and protocols, which may create tasks with it. An await on it
// returns [coro.ErrNoTask].
func (l *Loop) Context(parent context.Context) context.Context {
	c := new(coro.Context)
	c.Init(parent, loopDriver{l}, nil, nil)
	return c
}

// loopDriver is the driver of a ctx without a task.
type loopDriver struct{ l *Loop }

func (d loopDriver) Scheduler() coro.Scheduler { return d.l }

func (d loopDriver) Check(context.Context) error { return coro.ErrNoTask }

func (d loopDriver) Pass() bool { return false }

func (d loopDriver) Await(coro.Awaitable, context.Context) error { return coro.ErrNoTask }

// TakeUnstarted takes the next callback out of the ready queue if accept says
// that it can run at once, on the stack of the callback that is ending. It is for
// the packages of this module. It never does when the order of callbacks, the
// clock or the selector was injected, when each step is observed, nor past the end
// of the iteration.
func (l *Loop) TakeUnstarted(accept func(coro.Runnable) bool) coro.Runnable {
	if l.todo == 0 || l.injected || l.observed || !accept(l.ready.buf[l.ready.head]) {
		return nil
	}
	l.todo--
	return l.ready.pop()
}

// Alone reports whether a callback that is running now, with nothing in the ready
// queue, and puts itself there, would be the only one in the next iteration. It is
// for the packages of this module: such a task may go on without a switch to the
// loop and back.
func (l *Loop) Alone() bool {
	if !l.undisturbed() || l.distract && !l.undistracted() {
		return false
	}
	return !l.timers.any() || !l.due()
}

// undisturbed reports whether an iteration would look at nothing but the ready
// queue and the timers, unless the loop is distracted: that it is to be asked last,
// as this is counted, and apart from this, which is compiled into its callers.
func (l *Loop) undisturbed() bool {
	return !l.stopping && !l.mail.any() && !l.failures.Pending() && !trace.IsEnabled()
}

// Tasks is for the packages of this module that implement tasks.
func (l *Loop) Tasks() *taskset.Set { return &l.tasks }

// Failures implements [future.Watcher], for the packages of this module.
func (l *Loop) Failures() *future.Failures { return &l.failures }
