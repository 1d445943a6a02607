package tasks

// A task as its loop sees it, when things go wrong.

import (
	"fmt"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/taskset"
)

// Inspect implements [taskset.Member].
func (t *core) Inspect() taskset.Info {
	info := taskset.Info{ID: t.id, Name: t.String(), Since: t.since, Cancelling: int(t.cancels),
		Coroutine: &t.co, Site: t.fut.Site()}
	switch {
	case t.fut.Done():
		info.State = taskset.Done
	case !t.co.Started():
		info.State = taskset.New
	case !t.co.Suspended():
		info.State = taskset.Running
	case t.waiter == nil || t.waiter.Done():
		info.State = taskset.Ready
	default:
		info.State, info.Waits = taskset.Waiting, t.waiter
	}
	return info
}

// Awaits implements [taskset.Member].
func (t *core) Awaits() string {
	switch w := t.waiter.(type) {
	case nil:
		return ""
	case fmt.Stringer:
		return w.String()
	default:
		return fmt.Sprintf("a %T", w)
	}
}

// Label implements [taskset.Member].
func (t *core) Label() taskset.Label {
	label := taskset.Label{Number: t.number, Site: t.fut.Site()}
	if t.name != nil {
		label.Name = *t.name
	}
	return label
}

// Own implements [taskset.Member].
func (t *core) Own() *coro.Context { return &t.ctx }

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
		if set.Spans != nil {
			set.Spans.Ended(t)
		}
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
