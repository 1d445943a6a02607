package tasks

// How a task is asked to end.

import (
	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
)

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
