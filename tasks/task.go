// Package tasks runs coroutines on an event loop (asyncio: tasks.py).
//
// A [Task] is a future whose outcome is what a function returns. The loop runs
// the function in steps, from one await to the next: an await of something that
// is not done suspends the task, and when that is done the task goes to the end
// of the ready queue. Between two awaits nothing else runs, so the state that
// tasks share needs no locks.
//
// # Cancelling
//
// [Task.Cancel] makes the await that the task stands at return a
// CancelledError, once. The function cleans up, which may await, and returns
// that error; then the task is cancelled. A function that takes the error and
// goes on is not stopped (package scopes has what would): check every error of an
// await. To add to the error, wrap
// it with %w. A group of errors, as errors.Join makes, does not count as a
// cancellation even if it holds one: the task has then failed. What the task
// awaits is cancelled with it; [Shield] keeps it going.
//
// Cancel also closes the Done channel of the task's ctx, so that calls which
// take a ctx, such as those of net/http, end as well. That cannot be taken back
// by Uncancel; give them context.WithoutCancel(ctx) in what follows.
//
// # Which ctx
//
// A task must await with the ctx its own function received, or one derived from
// it. Another task's ctx gives a [*WrongTaskError]. A ctx derived with a
// deadline or a cancel function ends an await as it does any Go call: when it
// has ended, every await on it returns its error at once, and what was awaited
// is left alone.
package tasks

import (
	"context"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/future"
)

// Any is a task of any type. Its methods are described at [Task].
type Any interface {
	coro.Awaitable
	coro.CauseCanceler
	Cancelled() bool
	Cancelling() int
	Uncancel() int
	ID() int
	Name() string
	SetName(name string)
	String() string
	Core() *future.Core
}

// A Task is a function that runs on an event loop, and the future of what it
// returns (asyncio: Task). Make one with [Create] or [Go]. All methods are for
// the loop's goroutine.
type Task[T any] struct {
	core  core
	fn    func(context.Context) (T, error)
	value T
}

// Create schedules fn to run as a task of the loop in ctx (asyncio:
// create_task). The task's ctx has the values of ctx, but not its deadline or
// cancellation: to end the task, cancel it, or create it in a group.
//
// On a closed loop fn does not run, and the task has failed. Create panics if
// fn is nil or ctx has no loop.
func Create[T any](ctx context.Context, fn func(context.Context) (T, error), opts ...Option) *Task[T] {
	if fn == nil {
		panic("asyncio: CreateTask of a nil function")
	}
	t := &Task[T]{fn: fn}
	t.core.init(ctx, t, (*body[T])(t), collect(opts))
	return t
}

// Go is [Create] for a function without a result.
func Go(ctx context.Context, fn func(context.Context) error, opts ...Option) *Task[struct{}] {
	if fn == nil {
		panic("asyncio: Go of a nil function")
	}
	t := new(Task[struct{}])
	t.core.init(ctx, t, &action{t, fn}, collect(opts))
	return t
}

// FromSeq runs a raw generator as a task. The generator is made by gen, which
// gets the task's ctx.
func FromSeq(ctx context.Context, gen func(context.Context) coro.Seq, opts ...Option) *Task[struct{}] {
	if gen == nil {
		panic("asyncio: FromSeq of a nil function")
	}
	t := new(Task[struct{}])
	t.core.init(ctx, t, coro.BodyFunc(func(c *coro.Coroutine) error {
		return coro.SeqBody(gen(&t.core.ctx)).Body(c)
	}), collect(opts))
	return t
}

// body is a task as the body of its coroutine.
type body[T any] Task[T]

func (t *body[T]) Body(*coro.Coroutine) error {
	fn := t.fn
	t.fn = nil // the task may outlive what fn holds
	v, err := fn(&t.core.ctx)
	if err == nil {
		t.value = v
	}
	return err
}

// An action is a task's function that has no result, as the body of its coroutine.
type action struct {
	t  *Task[struct{}]
	fn func(context.Context) error
}

func (a *action) Body(*coro.Coroutine) error {
	fn := a.fn
	a.fn = nil
	return fn(&a.t.core.ctx)
}

// Await suspends the task of ctx until t is done and returns t's outcome. If t
// is done already it returns without giving way. Cancelling the waiting task
// cancels t.
func (t *Task[T]) Await(ctx context.Context) (T, error) {
	var err error
	if co := coro.Running(ctx); co == nil || t.core.fut.Done() {
		err = coro.Await(ctx, t)
	} else if co.Suspend(t) != nil { // written out here, see there
		err = co.Thrown()
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return t.value, nil
}

// Result returns the outcome of a task that is done, an ErrInvalidState before
// that.
func (t *Task[T]) Result() (T, error) {
	if err := t.core.fut.Err(); err != nil {
		var zero T
		return zero, err
	}
	return t.value, nil
}

// Err returns the error of a task that is done, nil for success, and an
// ErrInvalidState before that (asyncio: exception).
func (t *Task[T]) Err() error { return t.core.fut.Err() }

// Done reports whether the task has ended.
func (t *Task[T]) Done() bool { return t.core.fut.Done() }

// Cancelled reports whether the task ended with a cancellation.
func (t *Task[T]) Cancelled() bool { return t.core.fut.State() == future.Cancelled }

// Cancel asks the task to end, with a message for the CancelledError, and
// reports whether it was still going. The request counts until Uncancel; the
// task may refuse by not returning the error.
func (t *Task[T]) Cancel(msg ...string) bool {
	return t.CancelCause(nil, msg...)
}

// CancelCause is [Task.Cancel] with what led to it, for whoever sees the
// cancellation: every CancelledError that comes of it has cause for its Err, in
// the task, in what it awaits, and in all who await it, first or later; so
// errors.Is finds cause in the error, and in context.Cause of the task's ctx.
func (t *Task[T]) CancelCause(cause error, msg ...string) bool {
	return t.core.cancel(future.Message(msg), cause, &t.core.ctx)
}

// Cancelling returns how many requests to cancel the task have not been taken
// back.
func (t *Task[T]) Cancelling() int { return t.core.Cancelling() }

// Uncancel takes back one request to cancel and returns how many are left. It is
// for those who called Cancel and have handled the error: a timeout does it. At
// zero, a cancellation that was not delivered yet is not.
func (t *Task[T]) Uncancel() int { return t.core.Uncancel() }

// ID tells the tasks of a loop apart, also those with the same name: 1 for the
// first that was created, then 2 and so on.
func (t *Task[T]) ID() int { return int(t.core.id) }

// Name returns the task's name: the one it was given, or Task-1, Task-2 and so
// on (asyncio: get_name).
func (t *Task[T]) Name() string { return t.core.String() }

// SetName renames the task.
func (t *Task[T]) SetName(name string) { t.core.name = &name }

// Context returns the ctx of the task (asyncio: get_context).
func (t *Task[T]) Context() context.Context { return &t.core.ctx }

// SetResult refuses: it returns [ErrNoOutcomeSetter].
func (t *Task[T]) SetResult(T) error { return ErrNoOutcomeSetter }

// SetError refuses: it returns [ErrNoOutcomeSetter].
func (t *Task[T]) SetError(error) error { return ErrNoOutcomeSetter }

// AddDoneCallback arranges for fn(t) to be called by the loop once t is done.
// The value returned is for RemoveDoneCallback.
func (t *Task[T]) AddDoneCallback(fn func(t *Task[T])) *futures.Callback {
	if fn == nil {
		panic("asyncio: AddDoneCallback of a nil function")
	}
	return futures.AddCallback(t, func() { fn(t) })
}

// RemoveDoneCallback takes back a callback that has not been scheduled, and
// returns how many were removed.
func (t *Task[T]) RemoveDoneCallback(cb *futures.Callback) int { return t.Unsubscribe(cb) }

// Subscribe implements [coro.Awaitable].
func (t *Task[T]) Subscribe(w coro.Runnable) { t.core.fut.Subscribe(w) }

// Unsubscribe implements [coro.Awaitable].
func (t *Task[T]) Unsubscribe(w coro.Runnable) int { return t.core.fut.Unsubscribe(w) }

// Scheduler returns the loop of the task.
func (t *Task[T]) Scheduler() coro.Scheduler { return t.core.loop }

// String returns the task's name.
func (t *Task[T]) String() string { return t.core.String() }

// Core is for the packages of this module.
func (t *Task[T]) Core() *future.Core { return &t.core.fut }
