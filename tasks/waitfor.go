package tasks

import (
	"context"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/waits"
	"github.com/goasyncio/asyncio/timeouts"
)

// WaitFor awaits aw for at most d (asyncio: wait_for). When the time is over it
// cancels aw, waits until aw has ended, and returns a [*timeouts.TimeoutError],
// or aw's outcome if aw ended in another way. A coroutine runs within the
// current task.
//
// With a d of zero or less, an aw that is not done is cancelled at once; a
// coroutine does not start. With [NoTimeout] it is just an await.
func WaitFor[T any](ctx context.Context, aw Awaitable[T], d time.Duration) (T, error) {
	if aw == nil {
		panic("asyncio: await of a nil Awaitable")
	}
	if d <= 0 {
		return waitForNone(ctx, aw)
	}
	var v T
	err := timeouts.Run(ctx, d, func(ctx context.Context) (err error) {
		v, err = aw.Await(ctx)
		return err
	})
	return v, err
}

// waitForNone is WaitFor without time.
func waitForNone[T any](ctx context.Context, aw Awaitable[T]) (T, error) {
	var zero T
	if err := coro.Check(ctx); err != nil {
		return zero, err
	}
	fut := EnsureFuture(ctx, aw)
	if fut.Done() {
		return fut.Result()
	}
	if err := cancelAndWait(ctx, fut); err != nil {
		return zero, err
	}
	v, err := fut.Result()
	if IsCancelled(ctx, err) {
		err = &timeouts.TimeoutError{}
	}
	return v, err
}

// cancelAndWait cancels f and waits until it is done (asyncio:
// _cancel_and_wait). It waits on the task's own ctx: a deadline that has passed
// is no reason to leave f behind.
func cancelAndWait(ctx context.Context, f coro.Awaitable) error {
	w := &waitState{left: 1, fs: waits.Each([]coro.Awaitable{f})}
	w.Bind(loopOf(ctx).Turn())
	n := &waitNode{w, f}
	f.Subscribe(n)
	defer f.Unsubscribe(n)
	f.Cancel()
	return coro.Await(coro.Own(ctx), w)
}

// IsCancelled reports whether err says that the task of ctx was cancelled, so
// that it is to be passed on after cleaning up. Beyond futures.IsCancelled it
// takes a bare context.Canceled for one while Cancelling is above zero: that is
// what libraries return when the task's ctx is closed.
func IsCancelled(ctx context.Context, err error) bool {
	c, _ := coro.FromContext(ctx)
	if c != nil {
		if t, ok := c.Driver().(*core); ok {
			return t.IsCancelled(err)
		}
	}
	return futures.IsCancelled(err)
}
