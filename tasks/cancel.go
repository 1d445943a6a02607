package tasks

// How a task is asked to end.

import (
	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
)

// cancel asks the task to end (asyncio: cancel). scope is the ctx to close: the
// task's own for a request from outside, else that of a timeout or group within
// it.
func (t *core) cancel(msg string, cause error, scope *coro.Context) bool {
	t.fut.MarkRetrieved()
	if t.fut.Done() {
		return false
	}
	if t.passing {
		// The request has come back to where it began: tasks wait for each
		// other in a circle, which is cut here.
		t.interrupt(&future.CancelledError{Msg: msg, Err: cause})
		return true
	}
	t.cancels++
	request := &future.CancelledError{Msg: msg, Err: cause}
	scope.Cancel(request)
	if cause != nil || !t.mustCancel && t.passed == nil {
		t.fut.SetCause(cause) // else that of a request which is under way stays
	}
	if t.waiter != nil && t.passOn(msg, cause) {
		t.passed = request
		// It is left as the waiter: if it is a task, it may catch the
		// cancellation and go on, and must be cancelled again then.
		return true
	}
	t.mustCancel = true
	t.fut.SetMessage(msg)
	return true
}

// passOn cancels what the task waits for, and reports whether that accepted.
func (t *core) passOn(msg string, cause error) bool {
	t.passing = true
	defer func() { t.passing = false }()
	return coro.Cancel(t.waiter, cause, msg)
}

// CancelScope cancels what the task does within a scope: it throws and counts as
// Cancel does, but closes only the ctx of the scope.
func (t *core) CancelScope(scope *coro.Context) { t.cancel("", nil, scope) }

// Cancelling returns how often the task was asked to cancel.
func (t *core) Cancelling() int { return int(t.cancels) }

// Uncancel takes back one request (asyncio: uncancel).
func (t *core) Uncancel() int {
	if t.cancels > 0 {
		t.cancels--
		if t.cancels == 0 {
			t.mustCancel = false
			t.fut.SetCause(nil)
		}
	}
	return int(t.cancels)
}

// IsCancelled reports whether err, which came out of the task's own code, means
// that the task was cancelled.
func (t *core) IsCancelled(err error) bool {
	return future.IsCancelledIn(err, t.cancels > 0)
}
