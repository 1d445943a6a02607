package threads

import (
	"context"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/future"
)

// ToThread calls fn on another goroutine and suspends the task until it has
// returned (asyncio: to_thread). The goroutine is one of the loop's default
// executor, see [SetDefaultExecutor].
//
// The ctx of fn has the values of ctx, but not the task: an await on it returns
// [coro.ErrNoTask]. It ends when the task stops waiting, because it was cancelled,
// or because ctx was derived with a deadline or a cancel function and has ended.
// ToThread returns at once then, without waiting for fn, which cannot be stopped
// from outside; what fn returns after that is dropped. If fn has not started by
// then, it never will.
//
// A panic in fn is returned as a [*coro.PanicError] with its stack, a
// runtime.Goexit as [coro.ErrGoexit]. One that comes too late for that goes to the
// loop's exception handler.
func ToThread[T any](ctx context.Context, fn func(ctx context.Context) (T, error)) (T, error) {
	if fn == nil {
		panic("asyncio: ToThread of a nil function")
	}
	if err := coro.Check(ctx); err != nil {
		var zero T
		return zero, err
	}
	lifetime := context.Background()
	if _, foreign := coro.FromContext(ctx); foreign != nil && coro.LevelOf(ctx) == nil {
		lifetime = foreign // a scope's end ends the await, and with that the ctx
	}
	c := start(ctx, lifetime, nil, fn)
	err := coro.Await(ctx, c)
	if err == nil {
		return c.Result()
	}
	if lost := c.Core().Peek(); lost != nil && differ(lost, err) && c.unseen() {
		c.report() // a cancellation has come at the same time, and won
	}
	c.CancelCause(future.CauseOf(err))
	if c.Cancelled() {
		c.withdraw()
	}
	var zero T
	return zero, err
}

// RunInExecutor calls fn on a goroutine of ex, the loop's default executor if ex
// is nil, and returns a future of what fn returns (asyncio: run_in_executor). It
// does not wait, so that a callback may call it too, with the ctx of
// [eventloop.Loop.Context].
//
// The ctx of fn has the values of ctx, as in [ToThread], but not its deadline nor
// its cancellation: it ends when the future is cancelled. That also keeps fn from
// starting if it has not.
//
// If ex returns an error, that is the future's. After the default executor was shut
// down it is [ErrShutdown], on a closed loop [eventloop.ErrLoopClosed].
func RunInExecutor[T any](ctx context.Context, ex Executor, fn func(ctx context.Context) (T, error)) *futures.Future[T] {
	if fn == nil {
		panic("asyncio: RunInExecutor of a nil function")
	}
	c := start(ctx, context.Background(), ex, fn)
	if !c.Done() {
		c.Subscribe(onCancel[T]{c})
	}
	return &c.Future
}
