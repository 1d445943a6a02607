package asyncio

import (
	"context"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// Run runs fn as the main task of a new event loop, cancels and awaits the tasks
// that are left, and closes the loop; see [runners.Run] (asyncio: run).
func Run(ctx context.Context, fn func(ctx context.Context) error, opts ...RunOption) error {
	return runners.Run(ctx, fn, opts...)
}

// RunValue is [Run] for a function with a result.
func RunValue[T any](ctx context.Context, fn func(ctx context.Context) (T, error), opts ...RunOption) (T, error) {
	return runners.RunValue(ctx, fn, opts...)
}

// A Runner runs several main tasks on one loop, one after the other. Its methods
// are Run, Loop and Close.
type Runner = runners.Runner

// NewRunner returns a runner, which must be closed.
func NewRunner(opts ...RunOption) *Runner { return runners.New(opts...) }

// A RunOption configures Run: runners.WithInterrupt, WithVirtualTime, WithDebug
// and so on.
type RunOption = runners.Option

// A Loop is an event loop. Its methods are CallSoon, CallLater, CallAt,
// CallSoonThreadsafe, AddSignalHandler, Time, RunForever, RunUntilComplete, Stop,
// Close, Hold, Context and so on.
type Loop = eventloop.Loop

// RunningLoop returns the loop of ctx, nil if it has none (asyncio:
// get_running_loop).
func RunningLoop(ctx context.Context) *Loop { return eventloop.FromContext(ctx) }

// A Handle is a callback on its way. Its methods are Cancel and Cancelled.
type Handle = eventloop.Handle

// A TimerHandle is a [Handle] with a time: it has a method When besides.
type TimerHandle = eventloop.TimerHandle

// A Future is a result that is not there yet. Its methods are Await, Result,
// Err, SetResult, SetError, Cancel, CancelCause, Done, Cancelled, AddDoneCallback
// and RemoveDoneCallback.
type Future[T any] = futures.Future[T]

// NewFuture returns a pending future of the loop in ctx.
func NewFuture[T any](ctx context.Context) *Future[T] { return futures.New[T](ctx) }

// A Task is a function that runs on the loop. Its methods are those of a
// [Future], and Name, SetName, Cancelling, Uncancel and Context.
type Task[T any] = tasks.Task[T]

// AnyTask is a task of any type.
type AnyTask = tasks.Any

// CreateTask schedules fn to run as a task; see [tasks.Create] (asyncio:
// create_task).
func CreateTask[T any](ctx context.Context, fn func(ctx context.Context) (T, error), opts ...TaskOption) *Task[T] {
	return tasks.Create(ctx, fn, opts...)
}

// Go is [CreateTask] for a function without a result.
func Go(ctx context.Context, fn func(ctx context.Context) error, opts ...TaskOption) *Task[struct{}] {
	return tasks.Go(ctx, fn, opts...)
}

// A TaskOption configures a task: [WithName] or [Eager].
type TaskOption = tasks.Option

// WithName names a task.
func WithName(name string) TaskOption { return tasks.WithName(name) }

// Eager makes a task take its first step within the call that creates it, or
// not.
func Eager(yes bool) TaskOption { return tasks.Eager(yes) }

// CurrentTask returns the task that is running, nil in a callback.
func CurrentTask(ctx context.Context) AnyTask { return tasks.Current(ctx) }

// AllTasks returns the tasks of the loop that are not done.
func AllTasks(ctx context.Context) []AnyTask { return tasks.All(ctx) }

// Sleep suspends the task for d; zero or less gives way once.
func Sleep(ctx context.Context, d time.Duration) error { return tasks.Sleep(ctx, d) }

// An Awaitable can be awaited for a T: a future, a task, a coroutine.
type Awaitable[T any] = tasks.Awaitable[T]

// Coro returns a coroutine: fn, called but not started. Gather and its like make
// it a task; its Await runs it within the awaiting task.
func Coro[T any](fn func(ctx context.Context) (T, error), opts ...TaskOption) *tasks.Coroutine[T] {
	return tasks.Coro(fn, opts...)
}

// Gather runs awaitables concurrently; Await its future for all results or the
// first error (asyncio: gather).
func Gather[T any](ctx context.Context, aws ...Awaitable[T]) *tasks.GatheringFuture[[]T] {
	return tasks.Gather(ctx, aws...)
}

// GatherSettled is [Gather] with the errors among the results (asyncio: gather
// with return_exceptions).
func GatherSettled[T any](ctx context.Context, aws ...Awaitable[T]) *tasks.GatheringFuture[[]Settled[T]] {
	return tasks.GatherSettled(ctx, aws...)
}

// Settled is the outcome of one of the awaitables of [GatherSettled]: its Value
// and Err.
type Settled[T any] = tasks.Result[T]

// Shield keeps cancellations from aw; await the future it returns (asyncio:
// shield).
func Shield[T any](ctx context.Context, aw Awaitable[T]) futures.Like[T] {
	return tasks.Shield(ctx, aw)
}

// What [Wait] waits for.
const (
	AllCompleted   = tasks.AllCompleted
	FirstCompleted = tasks.FirstCompleted
	FirstException = tasks.FirstException
)

// NoTimeout is no limit for [Wait], [WaitFor] and [AsCompleted].
const NoTimeout = tasks.NoTimeout

// Wait waits until all of fs are done, the first is, or the first has failed, and
// returns those that are done and those that are not (asyncio: wait).
func Wait[F interface {
	comparable
	coro.Awaitable
}](ctx context.Context, fs []F, when tasks.ReturnWhen, timeout time.Duration) (done, pending []F, err error) {
	return tasks.Wait(ctx, fs, when, timeout)
}

// WaitFor awaits aw for at most d, then cancels it (asyncio: wait_for).
func WaitFor[T any](ctx context.Context, aw Awaitable[T], d time.Duration) (T, error) {
	return tasks.WaitFor(ctx, aw, d)
}

// AsCompleted runs awaitables concurrently; range over its Results or Futures for
// them in the order in which they are done (asyncio: as_completed).
func AsCompleted[T any](ctx context.Context, timeout time.Duration, aws ...Awaitable[T]) *tasks.Completions[T] {
	return tasks.AsCompleted(ctx, timeout, aws...)
}

// WithTimeout calls fn with a ctx that is cancelled after d, and returns a
// [TimeoutError] if that ended fn (asyncio: timeout).
func WithTimeout(ctx context.Context, d time.Duration, fn func(ctx context.Context) error) error {
	return timeouts.Run(ctx, d, fn)
}

// A Timeout is a limit on the time of a call of its method Do. It can be moved
// meanwhile with Reschedule; Expired and When tell of it.
type Timeout = timeouts.Timeout

// NewTimeout returns a timeout that expires d from now (asyncio: timeout).
func NewTimeout(ctx context.Context, d time.Duration) *Timeout { return timeouts.After(ctx, d) }

// TimeoutAt returns a timeout that expires at a time of the loop's clock
// (asyncio: timeout_at).
func TimeoutAt(ctx context.Context, when time.Duration) *Timeout { return timeouts.At(ctx, when) }

// IsCancelled reports whether err says that the task of ctx was cancelled, so
// that it is to be passed on after cleaning up.
func IsCancelled(ctx context.Context, err error) bool { return tasks.IsCancelled(ctx, err) }
