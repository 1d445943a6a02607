package tasks

import (
	"context"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/waits"
)

// Shield returns a future that follows aw but keeps cancellations from it
// (asyncio: shield): a task that awaits the shield can be cancelled, and aw goes
// on. If aw itself is cancelled, so is the shield. A coroutine becomes a task;
// a future that is done is returned as it is.
//
// If aw fails after its shield was cancelled, the error goes to the loop's
// exception handler, once.
func Shield[T any](ctx context.Context, aw Awaitable[T]) futures.Like[T] {
	inner := EnsureFuture(ctx, aw)
	if inner.Done() {
		return inner
	}
	outer := futures.On[T](inner.Scheduler())
	s := &shield{inner: inner, outer: outer}
	s.follow.fn = func() {
		switch v, err := peek(inner); {
		case outer.Cancelled():
		case inner.Cancelled():
			outer.CancelCause(inner.Core().Cause())
		case err != nil:
			mustSet(outer.SetError(inner.Err()))
		default:
			mustSet(outer.SetResult(v))
		}
	}
	inner.Subscribe(&s.follow)
	outer.Subscribe(s)
	return outer
}

// mustSet panics if the outcome of an outer future could not be set: somebody has
// set one in this very iteration. As in asyncio, that is an error in the
// callback, and goes to the loop's exception handler.
func mustSet(err error) {
	if err != nil {
		panic(err)
	}
}

// shield subscribes to the outer future (asyncio: _outer_done_callback).
type shield struct {
	inner, outer child
	follow       callback // subscribes to the inner one
}

// Explain implements [waits.Explainer], for the outer future.
func (s *shield) Explain() waits.Reason {
	return waits.Reason{Kind: "shield", Object: s, On: waits.Each([]coro.Awaitable{s.inner})}
}

func (s *shield) Run() {
	if !s.inner.Done() {
		s.inner.Unsubscribe(&s.follow)
		// One report is enough, however many shields were cancelled.
		s.inner.Unsubscribe(unshielded{s.inner})
		s.inner.Subscribe(unshielded{s.inner})
	}
}

// unshielded reports the error of a future whose shield is gone.
type unshielded struct{ inner child }

func (u unshielded) Run() {
	if u.inner.Cancelled() {
		return
	}
	if err := u.inner.Err(); err != nil {
		e := eventloop.Event{Reason: eventloop.ReasonShield, Err: err, Source: u.inner}
		if s, ok := u.inner.(interface{ String() string }); ok {
			e.Name = s.String()
		}
		u.inner.Scheduler().(*eventloop.Loop).CallExceptionHandler(e)
	}
}

// callback is a function that subscribes to a future.
type callback struct{ fn func() }

func (c *callback) Run() { c.fn() }

var _ coro.Runnable = (*callback)(nil)

// peek returns the outcome of a future that is done and not cancelled, without
// marking an error as seen.
func peek[T any](f futures.Like[T]) (T, error) {
	var zero T
	if f.Cancelled() {
		return zero, nil
	}
	if err := f.Core().Peek(); err != nil {
		return zero, err
	}
	return f.Result()
}
