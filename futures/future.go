// Package futures holds [Future], a result that is not there yet (asyncio:
// futures.py).
//
// A future is pending until someone calls SetResult, SetError or Cancel; then
// it is done for good. Tasks await it, and any number may. What subscribes to
// it is never called from within SetResult: it is put on the loop's ready
// queue, in the order of subscription, and runs in the next iteration.
//
// Futures belong to one loop, and all their methods to its goroutine. To
// complete one from another goroutine, post a function that does it with the
// loop's CallSoonThreadsafe.
//
// An error that nobody has seen, by Await, Result, Err or Cancel, is reported
// to the loop's exception handler when the future is collected or the loop is
// closed.
package futures

import (
	"context"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/future"
)

// Like is what Future, Task and the futures of gather and shield have in
// common (asyncio: a future-like object).
type Like[T any] interface {
	coro.Awaitable
	Await(ctx context.Context) (T, error)
	Result() (T, error)
	Cancelled() bool
	// Core is for the packages of this module.
	Core() *future.Core
}

// A Future is a result of type T that is not there yet. Make one with [New]:
// the zero value works too, and is bound to a loop by the first Await.
type Future[T any] struct {
	core  future.Core
	value T
}

// New returns a pending future of the loop in ctx (asyncio: loop.create_future).
// It panics if ctx has no loop.
func New[T any](ctx context.Context) *Future[T] {
	f := new(Future[T])
	f.core.BindNew(coro.TurnOf(ctx))
	return f
}

// On returns a pending future of loop s.
func On[T any](s coro.Scheduler) *Future[T] {
	f := new(Future[T])
	f.core.BindNew(s.Turn())
	return f
}

// Await suspends the task of ctx until f is done and returns its outcome. If f
// is done already, it returns without giving way. Cancelling the task while it
// waits cancels f; shield f to keep it going.
func (f *Future[T]) Await(ctx context.Context) (T, error) {
	var err error
	if co := coro.Running(ctx); co == nil || !f.core.Awaitable() {
		err = f.await(ctx)
	} else if co.Suspend(f) != nil { // written out here, see there
		err = co.Thrown()
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return f.value, nil
}

// await waits for f where there is more to be asked.
func (f *Future[T]) await(ctx context.Context) error {
	if f.core.Scheduler() == nil {
		f.core.Bind(coro.TurnOf(ctx))
	}
	return coro.Await(ctx, f)
}

// Result returns the outcome of a future that is done, [ErrInvalidState] before
// that.
func (f *Future[T]) Result() (T, error) {
	if err := f.core.Err(); err != nil {
		var zero T
		return zero, err
	}
	return f.value, nil
}

// Err returns the error of a future that is done, nil if it succeeded, a
// [*CancelledError] if it was cancelled, and [ErrInvalidState] if it is pending
// (asyncio: exception).
func (f *Future[T]) Err() error { return f.core.Err() }

// SetResult completes f with v. If f is done already it returns an
// [ErrInvalidState] and changes nothing.
func (f *Future[T]) SetResult(v T) error {
	if f.core.Done() {
		return future.ErrAlreadyDone
	}
	f.value = v
	f.core.Finish(nil, f)
	return nil
}

// SetError completes f with an error (asyncio: set_exception). If f is done
// already it returns an [ErrInvalidState] and changes nothing. It panics if err
// is nil.
func (f *Future[T]) SetError(err error) error {
	if err == nil {
		panic("asyncio: SetError(nil); use SetResult for success")
	}
	if !f.core.Finish(err, f) {
		return future.ErrAlreadyDone
	}
	return nil
}

// Cancel makes f cancelled and reports whether it was pending. Whoever awaits f
// gets a [*CancelledError] with the message.
func (f *Future[T]) Cancel(msg ...string) bool { return f.core.Cancel(msg...) }

// CancelCause is [Future.Cancel] with what led to it: every [*CancelledError] that
// comes of it has cause for its Err.
func (f *Future[T]) CancelCause(cause error, msg ...string) bool {
	return f.core.CancelCause(cause, msg...)
}

// Done reports whether f has an outcome.
func (f *Future[T]) Done() bool { return f.core.Done() }

// Cancelled reports whether the outcome is a cancellation.
func (f *Future[T]) Cancelled() bool { return f.core.State() == future.Cancelled }

// AddDoneCallback arranges for fn(f) to be called by the loop once f is done:
// in the next iteration if it is done already. The value returned is for
// RemoveDoneCallback.
func (f *Future[T]) AddDoneCallback(fn func(f *Future[T])) *Callback {
	if fn == nil {
		panic("asyncio: AddDoneCallback of a nil function")
	}
	return AddCallback(f, func() { fn(f) })
}

// RemoveDoneCallback takes back a callback that has not been scheduled, and
// returns how many were removed.
func (f *Future[T]) RemoveDoneCallback(cb *Callback) int { return f.Unsubscribe(cb) }

// Subscribe implements [coro.Awaitable].
func (f *Future[T]) Subscribe(w coro.Runnable) { f.core.Subscribe(w) }

// Unsubscribe implements [coro.Awaitable].
func (f *Future[T]) Unsubscribe(w coro.Runnable) int { return f.core.Unsubscribe(w) }

// Scheduler returns the loop that f belongs to.
func (f *Future[T]) Scheduler() coro.Scheduler { return f.core.Scheduler() }

// Core is for the packages of this module.
func (f *Future[T]) Core() *future.Core { return &f.core }

// String names f in reports.
func (f *Future[T]) String() string { return "future" }

// A Callback is a function that waits for a future.
type Callback struct{ fn func() }

// Run calls the function.
func (cb *Callback) Run() { cb.fn() }

// AddCallback arranges for the loop to call fn once a is done. It is for those
// who implement futures; a future's AddDoneCallback is the usual way.
func AddCallback(a coro.Awaitable, fn func()) *Callback {
	if a.Scheduler() == nil {
		panic("asyncio: callback on a future without a loop; make it with NewFuture")
	}
	cb := &Callback{fn}
	a.Subscribe(cb)
	return cb
}
