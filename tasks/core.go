package tasks

import (
	"context"
	"fmt"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/taskset"
)

// core is the untyped part of a [Task]: everything but the function's result.
//
// It is always in one of three states. It is suspended, and subscribed to
// waiter. Or it stands in the ready queue, once, with waiter set if that has
// become done, else with throw as what its await is to return. Or it runs.
type core struct {
	fut  future.Core
	ctx  coro.Context
	co   coro.Coroutine
	node taskset.Node
	loop *eventloop.Loop
	self coro.Awaitable // the Task around this core, an Any

	waiter     coro.Awaitable // asyncio: _fut_waiter
	throw      error
	name       string
	number     int32                  // names the task if name is empty
	cancels    int32                  // asyncio: _num_cancels_requested
	mustCancel bool                   // asyncio: _must_cancel
	passing    bool                   // a request to cancel on to the waiter
	passed     *future.CancelledError // the last that it accepted
}

// init makes a task of body and schedules its first step.
func (t *core) init(ctx context.Context, self Any, body coro.Body, o options) {
	c, _ := coro.MustFromContext(ctx)
	t.loop = c.Driver().Scheduler().(*eventloop.Loop)
	t.self = self
	t.fut.Bind(t.loop)
	set := t.loop.Tasks()
	if t.loop.Debug() {
		t.ctx.Init(ctx, t, &t.co, nil) // each await is to be checked
	} else {
		t.ctx.Init(ctx, t, &t.co, &set.Turn)
	}
	t.co.Init(body, set.Pool)
	if set.Pool.Next == nil {
		set.Pool.Next = handOver(t.loop)
	}
	t.node.Member = t
	t.name = o.name
	if t.name == "" {
		t.number = int32(set.NextName())
	}
	switch {
	case t.loop.IsClosed():
		t.co.Close()
		t.fut.Finish(eventloop.ErrLoopClosed, t)
		return
	case o.eager(set.Eager) && t.loop.IsRunning():
		t.eagerStart(set)
	default:
		t.loop.Ready(t)
	}
	if !t.fut.Done() {
		set.Add(&t.node)
	}
	if set.Created != nil {
		set.Created(self)
	}
}

// eagerStart takes the first step now, within the step of the creator
// (asyncio: __eager_start).
func (t *core) eagerStart(set *taskset.Set) {
	creator := set.Current
	set.EnterEager(t)
	defer func() {
		set.LeaveEager()
		set.Current = creator
		if t.co.Done() {
			t.Died() // if it did: the creator's stack is unwound too
		}
	}()
	set.Current = &t.ctx
	a, _ := t.co.Send()
	t.stepResult(a)
}

// Run is called by the loop when the task's turn has come.
func (t *core) Run() {
	var err error
	if t.waiter != nil {
		err = t.wakeup()
	} else if t.throw != nil {
		err, t.throw = t.throw, nil
	}
	// What follows is step; it stands here because a frame that is live across
	// the switch of stacks costs more than it seems, see coro.Await.
	if t.mustCancel {
		err = t.deliverCancel(err)
	}
	set := t.loop.Tasks()
	set.Current = &t.ctx
	var a coro.Awaitable
	if t.co.Suspended() {
		a = t.co.Resume(err)
	} else {
		a, _ = t.co.Throw(err)
	}
	if set.Current != &t.ctx {
		t = set.Current.Driver().(*core) // which has taken over the stack
	}
	if a == nil && t.co.Suspended() {
		t.loop.Ready(t) // a bare yield
	} else {
		t.stepResult(a)
	}
	set.Current = nil
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
	if future.IsCancelled(err) {
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
		t.throw = ErrSelfAwait
		t.loop.Ready(t)
	case !t.isHome(a):
		t.throw = eventloop.ErrForeignLoop
		t.loop.Ready(t)
	default:
		t.waiter = a
		a.Subscribe(t)
		if t.mustCancel && a.Cancel(t.fut.Message()) {
			t.mustCancel = false
		}
	}
}

// isHome reports whether a belongs to the task's loop.
func (t *core) isHome(a coro.Awaitable) bool {
	l, ok := a.Scheduler().(*eventloop.Loop)
	return ok && l == t.loop
}

// finish completes the task with the outcome of its coroutine.
func (t *core) finish(err error) {
	t.loop.Tasks().Remove(&t.node)
	switch {
	case err == nil && t.mustCancel:
		// Cancelled in its last step: the value is lost.
		t.mustCancel = false
		t.fut.Cancel(t.fut.Message(), nil)
	case err == nil:
		t.fut.Finish(nil, t)
	case t.IsCancelled(err):
		t.fut.Cancel("", asCancelled(err))
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

// asCancelled returns err as one that is recognised as a cancellation in every
// task, which a bare context.Canceled is not.
func asCancelled(err error) error {
	if future.IsCancelled(err) {
		return err
	}
	return &future.CancelledError{Err: err}
}

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

// cancel asks the task to end (asyncio: cancel). scope is the ctx to close: the
// task's own for a request from outside, else that of a timeout or group within
// it.
func (t *core) cancel(msg string, scope *coro.Context) bool {
	t.fut.MarkRetrieved()
	if t.fut.Done() {
		return false
	}
	if t.passing {
		// The request has come back to where it began: tasks wait for each
		// other in a circle, which is cut here.
		t.interrupt(&future.CancelledError{Msg: msg})
		return true
	}
	t.cancels++
	cause := &future.CancelledError{Msg: msg}
	scope.Cancel(cause)
	if t.waiter != nil && t.passOn(msg) {
		t.passed = cause
		// It is left as the waiter: if it is a task, it may catch the
		// cancellation and go on, and must be cancelled again then.
		return true
	}
	t.mustCancel = true
	t.fut.SetMessage(msg)
	return true
}

// passOn cancels what the task waits for, and reports whether that accepted.
func (t *core) passOn(msg string) bool {
	t.passing = true
	defer func() { t.passing = false }()
	return t.waiter.Cancel(msg)
}

// CancelScope cancels what the task does within a scope: it throws and counts as
// Cancel does, but closes only the ctx of the scope.
func (t *core) CancelScope(scope *coro.Context) { t.cancel("", scope) }

// Cancelling returns how often the task was asked to cancel.
func (t *core) Cancelling() int { return int(t.cancels) }

// Uncancel takes back one request (asyncio: uncancel).
func (t *core) Uncancel() int {
	if t.cancels > 0 {
		t.cancels--
		if t.cancels == 0 {
			t.mustCancel = false
		}
	}
	return int(t.cancels)
}

// IsCancelled reports whether err, which came out of the task's own code, means
// that the task was cancelled.
func (t *core) IsCancelled(err error) bool {
	return future.IsCancelledIn(err, t.cancels > 0)
}

// Scheduler implements [coro.Driver].
func (t *core) Scheduler() coro.Scheduler { return t.loop }

// String returns the task's name.
func (t *core) String() string {
	if t.name != "" {
		return t.name
	}
	return fmt.Sprintf("Task-%d", t.number)
}

// Describe implements [taskset.Member].
func (t *core) Describe() string {
	if t.waiter == nil {
		return t.String() + " is ready"
	}
	if s, ok := t.waiter.(fmt.Stringer); ok {
		return t.String() + " waits for " + s.String()
	}
	return fmt.Sprintf("%s waits for a %T", t.String(), t.waiter)
}

// Died implements [taskset.Member]: the coroutine called runtime.Goexit, which
// unwound the loop's goroutine in the middle of step.
func (t *core) Died() {
	if !t.fut.Done() {
		t.finish(coro.ErrGoexit)
		t.fut.MarkRetrieved() // the goroutine of the loop has heard of it
	}
}

// Threw implements [taskset.Member]: what the task has yielded panicked when the
// task was about to wait for it.
func (t *core) Threw(err error) bool {
	if !t.co.Suspended() || t.fut.Done() {
		return false
	}
	t.waiter, t.throw = nil, err
	t.loop.Ready(t)
	return true
}

// Destroy implements [taskset.Member]: it closes the coroutine of a task that is
// not done when its loop is closed.
func (t *core) Destroy() {
	if t.waiter != nil {
		t.waiter.Unsubscribe(t)
		t.waiter = nil
	}
	t.report(eventloop.ReasonDestroyed, eventloop.ErrLoopClosed)
	set := t.loop.Tasks()
	set.Current = &t.ctx
	defer func() { // even if the body calls runtime.Goexit
		set.Current = nil
		set.Remove(&t.node)
		t.fut.Finish(eventloop.ErrLoopClosed, t)
		t.fut.MarkRetrieved()
		t.ctx.End()
	}()
	switch err := t.co.Close(); {
	case err == coro.ErrIgnoredClose:
		t.report(eventloop.ReasonIgnoredClose, err)
	case err != nil && !t.IsCancelled(err):
		t.report(eventloop.ReasonUnretrieved, err)
	}
}
