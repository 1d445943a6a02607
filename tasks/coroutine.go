package tasks

import (
	"context"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
)

// An Awaitable is something that a task can await for a T: a future, a task, a
// [Coroutine], or any type with such a method.
type Awaitable[T any] interface {
	Await(ctx context.Context) (T, error)
}

// A Coroutine is a function that was called but not started (asyncio: a
// coroutine object). [Gather], [Shield], [AsCompleted] make it a task; Await
// runs it within the awaiting task. Either may happen once.
type Coroutine[T any] struct {
	fn   func(context.Context) (T, error)
	opts []Option
}

// Coro returns a coroutine of fn. The options are those of the task that it may
// become. It panics if fn is nil.
func Coro[T any](fn func(context.Context) (T, error), opts ...Option) *Coroutine[T] {
	if fn == nil {
		panic("asyncio: Coro of a nil function")
	}
	return &Coroutine[T]{fn, opts}
}

// Await runs the function in the current task and returns what it returns. The
// second time it returns [ErrReused].
func (c *Coroutine[T]) Await(ctx context.Context) (T, error) {
	fn := c.fn
	if fn == nil {
		var zero T
		return zero, ErrReused
	}
	c.fn = nil
	return fn(ctx)
}

// EnsureFuture returns aw itself if it is a future or a task, and otherwise
// makes it a task of the loop in ctx (asyncio: ensure_future). A future of
// another loop is not returned, but one that has failed for that reason.
func EnsureFuture[T any](ctx context.Context, aw Awaitable[T]) futures.Like[T] {
	switch aw := aw.(type) {
	case nil:
		panic("asyncio: await of a nil Awaitable")
	case *Coroutine[T]: // before the interface, which takes longer to ask for
		fn := aw.fn
		aw.fn = nil
		if fn == nil {
			fn = aw.Await // which returns ErrReused
		}
		return Create(ctx, fn, aw.opts...)
	case futures.Like[T]:
		l := loopOf(ctx)
		if belongs(aw, l) {
			return aw
		}
		failed := futures.On[T](l)
		failed.SetError(eventloop.ErrForeignLoop)
		return failed
	}
	return Create(ctx, aw.Await)
}
