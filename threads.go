package asyncio

import (
	"context"
	"iter"
	"time"

	"github.com/goasyncio/asyncio/threads"
)

// ToThread calls fn on another goroutine and suspends the task until it has
// returned; see [threads.ToThread] (asyncio: to_thread).
func ToThread[T any](ctx context.Context, fn func(ctx context.Context) (T, error)) (T, error) {
	return threads.ToThread(ctx, fn)
}

// An Executor runs functions on other goroutines. One is [threads.Pool].
type Executor = threads.Executor

// RunInExecutor calls fn on a goroutine of ex, the loop's default executor if ex is
// nil, and returns a future of what fn returns (asyncio: run_in_executor).
func RunInExecutor[T any](ctx context.Context, ex Executor, fn func(ctx context.Context) (T, error)) *Future[T] {
	return threads.RunInExecutor(ctx, ex, fn)
}

// SetDefaultExecutor makes ex the executor of [ToThread] (asyncio:
// set_default_executor).
func SetDefaultExecutor(l *Loop, ex Executor) { threads.SetDefaultExecutor(l, ex) }

// ShutdownDefaultExecutor waits for what the loop has running on other goroutines
// and starts no more; closing a runner does it too (asyncio:
// shutdown_default_executor).
func ShutdownDefaultExecutor(ctx context.Context, timeout time.Duration) error {
	return threads.ShutdownDefaultExecutor(ctx, timeout)
}

// A Job is a task that another goroutine has asked a loop to run. Its methods are
// Wait for goroutines, Await for tasks, Done, Cancel and CancelCause.
type Job[T any] = threads.Job[T]

// Submit makes fn a task of l, and may be called from any goroutine (asyncio:
// run_coroutine_threadsafe).
func Submit[T any](l *Loop, fn func(ctx context.Context) (T, error), opts ...TaskOption) *Job[T] {
	return threads.Submit(l, fn, opts...)
}

// Recv receives from a channel and suspends the task meanwhile; ok is false if ch is
// closed and empty.
func Recv[T any](ctx context.Context, ch <-chan T) (v T, ok bool, err error) {
	return threads.Recv(ctx, ch)
}

// Send sends to a channel and suspends the task meanwhile.
func Send[T any](ctx context.Context, ch chan<- T, v T) error { return threads.Send(ctx, ch, v) }

// Chan ranges over what [Recv] gets from ch, until ch is closed or an error.
func Chan[T any](ctx context.Context, ch <-chan T) iter.Seq2[T, error] {
	return threads.Chan(ctx, ch)
}

// ErrShutdown is the error of a call for an executor that was shut down.
var ErrShutdown = threads.ErrShutdown
