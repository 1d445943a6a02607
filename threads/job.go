package threads

import (
	"container/list"
	"context"
	"sync"
	"sync/atomic"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/tasks"
)

// A Job is a task that another goroutine has asked a loop to run (asyncio: the
// concurrent future of run_coroutine_threadsafe). Make one with [Submit]. Its
// methods may be called from any goroutine.
type Job[T any] struct {
	loop  *eventloop.Loop
	hub   *hub          // nil if the loop was closed before
	place *list.Element // among the hub's jobs
	fn    func(context.Context) (T, error)
	opts  []tasks.Option
	done  chan struct{}

	task  *tasks.Task[T] // the loop's goroutine only, until the job is done
	value T              // once it is done
	err   error          // too

	mu      sync.Mutex
	state   jobState
	waiting map[*notice]struct{} // what to tell of the end
	seen    atomic.Bool          // somebody has, or will have, seen the error
}

type jobState uint8

const (
	posted jobState = iota // there is no task yet
	started
	ended
)

// Submit makes fn a task of l, as CreateTask does for the goroutine of the loop
// itself (asyncio: run_coroutine_threadsafe). Any goroutine may call it. The task's
// ctx has the values of the loop: those of the ctx that was given to Run.
//
// If l is closed, or is closed before the task is done, the job fails with
// [eventloop.ErrLoopClosed]. If l does not run yet, the job waits for that. An error
// that nobody asks the job for is reported to the loop's exception handler when the
// job is collected or the loop is closed.
func Submit[T any](l *eventloop.Loop, fn func(ctx context.Context) (T, error), opts ...tasks.Option) *Job[T] {
	switch {
	case l == nil:
		panic("asyncio: Submit to a nil loop")
	case fn == nil:
		panic("asyncio: Submit of a nil function")
	}
	j := &Job[T]{loop: l, hub: hubOf(l), fn: fn, opts: opts, done: make(chan struct{})}
	j.mu.Lock() // until place is set: the loop may be closed at any moment
	place, ok := j.hub.addJob(j)
	j.place = place
	j.mu.Unlock()
	if !ok || l.Post(begun[T]{j}) != nil {
		j.loopClosed()
	}
	return j
}

// begun is posted to the loop, and makes the task.
type begun[T any] struct{ j *Job[T] }

func (b begun[T]) Run() {
	j := b.j
	j.mu.Lock()
	ok := j.state == posted
	if ok {
		j.state = started
	}
	j.mu.Unlock()
	if ok {
		j.task = tasks.Create(j.loop.Tasks().Base, j.fn, j.opts...)
		j.task.Subscribe(taskEnded[T]{j})
	}
}

// taskEnded subscribes to the task.
type taskEnded[T any] struct{ j *Job[T] }

func (e taskEnded[T]) Run() { e.j.takeOutcome() }

// takeOutcome ends the job with the outcome of its task. The error counts as seen
// only when somebody gets it.
func (j *Job[T]) takeOutcome() {
	var v T
	err := j.task.Core().Peek()
	switch {
	case j.task.Cancelled():
		err = j.task.Err()
	case err == nil:
		v, _ = j.task.Result()
	}
	if j.end(v, err, started) && j.seen.Load() {
		j.task.Core().MarkRetrieved()
	}
}

// loopClosed implements closer.
func (j *Job[T]) loopClosed() {
	if j.task != nil && j.task.Done() {
		j.takeOutcome() // which was on its way
		return
	}
	var zero T
	j.end(zero, eventloop.ErrLoopClosed, started)
}

// end gives the job its outcome, if its state is not past last, and reports whether
// it did.
func (j *Job[T]) end(v T, err error, last jobState) bool {
	j.mu.Lock()
	if j.state > last {
		j.mu.Unlock()
		return false
	}
	j.state = ended
	j.value, j.err = v, err
	j.fn, j.opts = nil, nil
	if len(j.waiting) > 0 {
		j.seen.Store(true)
	}
	for n := range j.waiting {
		n.tell()
	}
	j.waiting = nil
	if j.place != nil {
		j.hub.removeJob(j.place)
	}
	j.mu.Unlock()
	close(j.done)
	return true
}

// Done returns a channel that is closed when the job has an outcome, for select.
func (j *Job[T]) Done() <-chan struct{} { return j.done }

// Cancel asks the task to end, as Task.Cancel does, and reports whether the job was
// not done. A job whose task was not made yet is done at once. Otherwise it is done
// when the task is, so that what the task was doing is over: the task may take its
// time, and may refuse. (Python's future says that it is cancelled while the task
// still cleans up.)
func (j *Job[T]) Cancel(msg ...string) bool {
	var zero T
	cancelled := &futures.CancelledError{}
	if len(msg) > 0 {
		cancelled.Msg = msg[0]
	}
	if j.end(zero, cancelled, posted) {
		return true
	}
	select {
	case <-j.done:
		return false
	default:
	}
	_, err := j.loop.CallSoonThreadsafe(func() { j.task.Cancel(msg...) })
	return err == nil
}

// Wait blocks the goroutine until the job is done and returns what the function
// returned. A panic in it is a [*coro.PanicError].
//
// If ctx ends first, Wait returns its error, and the task goes on: to end it, call
// Cancel, and Wait again for the end.
//
// Wait must not be called on the goroutine of a loop, which it would block, and
// refuses the ctx of a task with [ErrWaitInTask]; there use [Job.Await]. In a
// function that [ToThread] runs, give it the function's ctx: while the function
// waits for its loop, it does not hold it.
func (j *Job[T]) Wait(ctx context.Context) (T, error) {
	var zero T
	var n notice
	if c, _ := coro.FromContext(ctx); c != nil {
		w := callOf(c)
		if w == nil {
			return zero, ErrWaitInTask
		}
		if w.hub.loop == j.loop {
			n.call = w
			n.loose = ctx.Done() != w.ctx.Done()
		}
	}
	if j.subscribe(&n) {
		select {
		case <-j.done:
		case <-ctx.Done():
			if j.unsubscribe(&n) {
				return zero, ctx.Err()
			}
			<-j.done // it has come at the same time
		}
	}
	return j.outcome()
}

// Await suspends the task of ctx, of whatever loop, until the job is done, and
// returns what the function returned (asyncio: wrap_future). Cancelling the waiting
// task cancels the job, without waiting for its end.
func (j *Job[T]) Await(ctx context.Context) (T, error) {
	var zero T
	if err := coro.Check(ctx); err != nil {
		return zero, err
	}
	l := loopOf(ctx)
	c := newCrossing(l, "a job")
	n := &notice{wake: c, held: l != j.loop}
	c.begin = func() {
		if !j.subscribe(n) {
			c.Finish(nil, c)
		}
	}
	select {
	case <-j.done:
		return j.outcome()
	default:
	}
	if err := coro.Await(ctx, c); err != nil {
		if c.begun {
			j.unsubscribe(n)
		}
		if c.State() == cancelledState {
			j.Cancel(c.Message())
		}
		return zero, err
	}
	return j.outcome()
}

// outcome returns that of a job that is done.
func (j *Job[T]) outcome() (T, error) {
	if j.err != nil && !j.seen.Swap(true) && j.task != nil {
		j.loop.CallSoonThreadsafe(j.task.Core().MarkRetrieved)
	}
	return j.value, j.err
}
