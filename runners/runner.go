// Package runners starts event loops (asyncio: runners.py).
//
// [Run] makes a loop, runs a function as its main task, cancels and awaits what
// that leaves behind, and closes the loop. A [Runner] does the same for several
// main tasks in turn.
package runners

import (
	"context"
	"errors"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/taskset"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
)

var (
	// ErrRunnerClosed is returned by Run of a runner that was closed.
	ErrRunnerClosed = errors.New("asyncio: the runner is closed; make a new one")

	// ErrInterrupted is returned when an interrupt ended the run (asyncio:
	// KeyboardInterrupt). See [WithInterrupt].
	ErrInterrupted = errors.New("asyncio: interrupted")
)

// Run runs fn as the main task of a new event loop and returns what fn returns
// (asyncio: run).
//
// The main task is cancelled when ctx is; the tasks have the values of ctx. When
// the main task is done, the tasks that are left are cancelled, once, and
// awaited. So are the functions that ToThread and its like have running on other
// goroutines, their ctx closed, for as long as [WithShutdownTimeout] says. Then the
// loop is closed. Run leaves no goroutine behind.
//
// Run blocks its goroutine, on which all tasks run. Called with the ctx of a
// running task it returns [eventloop.ErrLoopRunning]. If the main task panics,
// Run panics with its [*coro.PanicError], which holds the stack of the origin.
// If a task calls runtime.Goexit, as t.FailNow does, the others are cancelled
// and awaited, and then the goroutine of Run exits.
func Run(ctx context.Context, fn func(ctx context.Context) error, opts ...Option) error {
	r := New(opts...)
	defer r.Close()
	err := r.Run(ctx, fn)
	if closeErr := r.Close(); err == nil {
		err = closeErr
	}
	return err
}

// RunValue is [Run] for a function with a result.
func RunValue[T any](ctx context.Context, fn func(ctx context.Context) (T, error), opts ...Option) (T, error) {
	if fn == nil {
		panic("asyncio: Run of a nil function")
	}
	var v T
	err := Run(ctx, func(ctx context.Context) (err error) {
		v, err = fn(ctx)
		return err
	}, opts...)
	return v, err
}

// A Runner runs main tasks on one loop (asyncio: Runner). The loop is made by
// the first Run, and its virtual state, such as the time of its clock, lasts
// until Close. The zero value is a runner without options. Its methods are for
// one goroutine at a time.
type Runner struct {
	opts   []Option
	config config
	loop   *eventloop.Loop
	closed bool
}

// New returns a runner. It must be closed.
func New(opts ...Option) *Runner { return &Runner{opts: opts} }

// Loop returns the runner's loop, making it if there is none yet (asyncio:
// get_loop). It returns nil if the runner is closed.
func (r *Runner) Loop() *eventloop.Loop {
	if r.loop == nil && !r.closed {
		r.start(context.Background())
	}
	return r.loop
}

// start makes the loop.
func (r *Runner) start(ctx context.Context) {
	r.config.shutdown = defaultShutdown
	for _, opt := range r.opts {
		opt(&r.config)
	}
	loopOpts := append([]eventloop.Option{eventloop.WithValues(ctx)}, r.config.loop...)
	r.loop = eventloop.New(loopOpts...)
	r.loop.Tasks().Created = r.config.created
}

// Run runs fn as a main task, as the function [Run] does, but leaves other tasks
// as they are: they go on in the next Run, or are cancelled by Close.
func (r *Runner) Run(ctx context.Context, fn func(ctx context.Context) error) error {
	if fn == nil {
		panic("asyncio: Run of a nil function")
	}
	if r.closed {
		return ErrRunnerClosed
	}
	if l := eventloop.FromContext(ctx); l != nil && isOwn(ctx) && l.IsRunning() {
		return eventloop.ErrLoopRunning
	}
	if r.loop == nil {
		r.start(ctx)
	}
	if r.loop.IsRunning() {
		return eventloop.ErrLoopRunning
	}
	main := tasks.Go(r.loop.Context(ctx), fn, tasks.Eager(false))
	stopInterrupts := r.interrupts(main)
	stopDumps := r.dumps()
	var ended error // the cause, if ctx ended first
	stopCancel := cancelWith(ctx, r.loop, func() { ended = context.Cause(ctx); main.Cancel() })
	returned := false
	defer func() {
		stopCancel()
		stopInterrupts()
		stopDumps()
		if !returned {
			r.abandon()
		}
	}()
	err := r.loop.RunUntilComplete(main)
	returned = true
	if err != nil {
		return r.stopped(err)
	}
	return r.outcome(main, ended)
}

// isOwn reports whether ctx is that of a task rather than of a callback or a
// job on another goroutine.
func isOwn(ctx context.Context) bool {
	c, _ := coro.FromContext(ctx)
	_, ok := c.Driver().(taskset.Member)
	return ok
}

// outcome returns the error of Run for a main task that is done.
func (r *Runner) outcome(main *tasks.Task[struct{}], ended error) error {
	err := main.Err()
	if p, ok := err.(*coro.PanicError); ok {
		r.Close()
		panic(p)
	}
	switch {
	case !main.Cancelled():
		return err
	case r.config.interrupts > 0 && main.Uncancel() == 0:
		return ErrInterrupted
	case ended != nil:
		return &cancelledError{err, ended}
	}
	return err
}

// cancelledError is the error of a main task that was cancelled because the ctx
// of Run had ended: both errors in one.
type cancelledError struct{ err, cause error }

func (e *cancelledError) Error() string   { return "asyncio: run cancelled: " + e.cause.Error() }
func (e *cancelledError) Unwrap() []error { return []error{e.err, e.cause} }

// stopped returns the error of Run for a loop that ended with err before the
// main task was done.
func (r *Runner) stopped(err error) error {
	if errors.Is(err, eventloop.ErrLoopStopped) && r.config.interrupts > 1 {
		return ErrInterrupted
	}
	return err
}

// abandon is called when the goroutine of Run is being unwound: a task has
// called runtime.Goexit, or a selector has panicked. The other tasks still get
// their cleanup.
func (r *Runner) abandon() {
	defer r.loop.Close()
	defer threads.Finish(r.loop, r.config.shutdown)
	CancelAll(r.loop)
}

// Close cancels the tasks that are left, awaits them, waits for functions on other
// goroutines up to the limit of [WithShutdownTimeout], and closes the loop (asyncio:
// close). Closing twice does nothing. It returns
// [eventloop.ErrLoopRunning] if the runner is running.
func (r *Runner) Close() error {
	if r.closed {
		return nil
	}
	if r.loop == nil {
		r.closed = true
		return nil
	}
	if r.loop.IsRunning() {
		return eventloop.ErrLoopRunning
	}
	r.closed = true
	// Deferred too, because a task may call runtime.Goexit even now.
	defer r.loop.Close()
	defer threads.Finish(r.loop, r.config.shutdown)
	err := CancelAll(r.loop)
	if errors.Is(err, eventloop.ErrLoopClosed) {
		err = nil // abandoned
	}
	return errors.Join(err, threads.Finish(r.loop, r.config.shutdown), r.loop.Close())
}

// CancelAll cancels the tasks of l that are not done, once each, and runs l until
// they are (asyncio: _cancel_all_tasks). Errors they end with go to the loop's
// exception handler. Tasks that they create meanwhile are left. It is what Close
// does, for those who run a loop by hand.
func CancelAll(l *eventloop.Loop) error {
	left := tasks.AllOf(l)
	if len(left) == 0 {
		return nil
	}
	for _, t := range left {
		t.Cancel()
	}
	return awaitAll(l, left)
}

// awaitAll runs l until the tasks are done. If one of them calls runtime.Goexit,
// the others still get to their end while that unwinds the goroutine.
func awaitAll(l *eventloop.Loop, left []tasks.Any) error {
	aws := make([]tasks.Awaitable[struct{}], len(left))
	pending := 0
	for i, t := range left {
		aws[i] = outcomeless{t}
		if !t.Done() {
			pending++
		}
	}
	returned := false
	defer func() {
		still := 0
		for _, t := range left {
			if !t.Done() {
				still++
			}
		}
		if !returned && 0 < still && still < pending {
			awaitAll(l, left)
		}
	}()
	all := tasks.GatherSettled(l.Context(context.Background()), aws...)
	err := l.RunUntilComplete(all)
	returned = true
	if err != nil {
		return err
	}
	for _, t := range left {
		if t.Cancelled() {
			continue
		}
		if err := t.Err(); err != nil {
			l.CallExceptionHandler(eventloop.Event{
				Reason: eventloop.ReasonShutdown, Err: err, Name: t.Name(), Source: t})
		}
	}
	return nil
}

// outcomeless is a task of any type as one without a result.
type outcomeless struct{ tasks.Any }

func (o outcomeless) Await(ctx context.Context) (struct{}, error) {
	return struct{}{}, coro.Await(ctx, o.Any)
}

func (o outcomeless) Result() (struct{}, error) { return struct{}{}, o.Err() }

// cancelWith calls cancel on l when ctx ends, at once if it has ended. The function
// returned undoes that.
func cancelWith(ctx context.Context, l *eventloop.Loop, cancel func()) (stop func()) {
	switch {
	case ctx.Done() == nil:
		return func() {}
	case ctx.Err() != nil:
		cancel()
		return func() {}
	}
	return l.Watch(ctx, func(error) { cancel() }).Stop
}
