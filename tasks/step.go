package tasks

// How a task takes a step, and what comes of it.

import (
	"errors"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
)

// Run takes the task's next step, from one await to the next (asyncio: __step), for
// those who do not resume the coroutine themselves.
func (t *core) Run() {
	if co, err := t.Begin(); co != nil {
		t.End(co.Resume(err))
	}
}

// Suspended implements [coro.Stepper].
func (t *core) Suspended() bool { return t.co.Suspended() }

// Begin implements [coro.Stepper]. The loop calls it when the task's turn has come.
func (t *core) Begin() (*coro.Coroutine, error) {
	t.loop.Tasks().Current = &t.ctx // first, so that what panics below is thrown at the task
	var err error
	if t.waiter != nil {
		err = t.wakeup()
	} else if t.throw != nil {
		err, t.throw = t.throw, nil
	}
	if t.mustCancel {
		err = t.deliverCancel(err)
	}
	if t.co.Suspended() {
		return &t.co, err
	}
	a, _ := t.co.Throw(err)
	t.End(a)
	return nil, nil
}

// End implements [coro.Stepper].
func (t *core) End(a coro.Awaitable) {
	set := t.loop.Tasks()
	if set.Current != &t.ctx {
		t = set.Current.Driver().(*core) // which has taken over the stack
	}
	t.stepResult(a)
	set.Current = nil
}

// wakeup returns the outcome of the future that the task waited for, as what
// its await is to return (asyncio: __wakeup).
func (t *core) wakeup() error {
	err := t.waiter.Err()
	t.waiter, t.passed = nil, nil
	return err
}

// deliverCancel returns the cancellation that a step is to throw in place of
// err.
func (t *core) deliverCancel(err error) error {
	t.mustCancel = false
	if future.IsCancelled(err) && !future.IsScoped(err, false) {
		return err
	}
	return t.fut.CancelledError()
}

// stepResult deals with what the coroutine yielded, or with its end (asyncio:
// __step_run_and_handle_result).
func (t *core) stepResult(a coro.Awaitable) {
	switch {
	case t.fut.Done(): // by handOver
	case t.co.Done():
		t.finish(t.co.Err())
	case a == nil: // a bare yield
		t.loop.Ready(t)
	case a == t.self:
		t.throw = &selfAwaitError{t.String()}
		t.loop.Ready(t)
	case !t.isHome(a):
		t.throw = eventloop.ErrForeignLoop
		t.loop.Ready(t)
	default:
		t.waiter, t.since = a, t.loop.Tasks().Now
		a.Subscribe(t)
		if t.mustCancel && coro.Cancel(a, t.fut.Cause(), t.fut.Message()) {
			t.mustCancel = false
		}
	}
}

// isHome reports whether a belongs to the task's loop.
func (t *core) isHome(a coro.Awaitable) bool {
	l, ok := a.Scheduler().(*eventloop.Loop)
	return ok && l == t.loop
}

// handOver returns the function that a loop's stacks call when a coroutine has
// ended: it completes the task, and lets the one that is next in the ready queue
// start on the same stack if it is to take its first step. That stack is warm,
// and it saves the switch to the loop and back.
func handOver(l *eventloop.Loop) func(ended *coro.Coroutine) *coro.Coroutine {
	set := l.Tasks()
	return func(ended *coro.Coroutine) *coro.Coroutine {
		t := running(l)
		if t == nil || &t.co != ended || set.InEager() || l.IsClosed() {
			return nil // somebody else waits for what comes of it
		}
		t.finish(ended.Err())
		r := l.TakeUnstarted(startsFresh)
		if r == nil {
			return nil
		}
		t = r.(*core)
		set.Current = &t.ctx
		return &t.co
	}
}

// startsFresh reports whether r is a task's first step.
func startsFresh(r coro.Runnable) bool {
	t, ok := r.(*core)
	return ok && !t.co.Started() && !t.mustCancel && t.throw == nil
}

// finish completes the task with the outcome of its coroutine.
func (t *core) finish(err error) {
	set := t.loop.Tasks()
	set.Remove(&t.node)
	if set.Spans != nil {
		set.Spans.Ended(t)
	}
	switch {
	case err == nil && t.mustCancel:
		// Cancelled in its last step: the value is lost.
		t.mustCancel = false
		t.fut.EndCancelled(t.fut.Message(), t.fut.Cause(), nil)
	case err == nil:
		t.fut.Finish(nil, t)
	case t.IsCancelled(err):
		t.fut.EndCancelled("", t.cause(err), t.asCancelled(err))
	default:
		t.fail(err)
	}
	t.ctx.End()
}

// fail completes the task with an error. A panic that nobody waits for is
// reported at once rather than when the task is collected, but not in an eager
// first step: its creator has had no time to wait.
func (t *core) fail(err error) {
	awaited := t.fut.Subscribed()
	t.fut.Finish(err, t)
	if _, ok := err.(*coro.PanicError); ok && !awaited && !t.loop.Tasks().InEager() {
		t.fut.MarkRetrieved()
		t.report(eventloop.ReasonTaskPanic, err)
	}
}

func (t *core) report(r eventloop.Reason, err error) {
	t.loop.CallExceptionHandler(eventloop.Event{Reason: r, Err: err, Name: t.String(), Source: t.self})
}

// cause returns what led to the cancellation that the task ends with: what err
// says, or else the request.
func (t *core) cause(err error) error {
	if cause := future.CauseOf(err); cause != nil {
		return cause
	}
	return t.fut.Cause()
}

// asCancelled returns err as one that is recognised as a cancellation in every
// task, which a bare context.Canceled is not, and that has the cause.
func (t *core) asCancelled(err error) error {
	cause := t.cause(err)
	switch {
	case !future.IsCancelled(err) && cause == nil:
		return &future.CancelledError{Err: err}
	case cause == nil || errors.Is(err, cause):
		return err
	}
	// The function, or what it awaited, has let go of the cause.
	return &future.CancelledError{Msg: future.MessageOf(err), Err: cause}
}
