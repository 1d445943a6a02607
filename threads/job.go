package threads

import (
	"container/list"
	"context"
	"sync"
	"sync/atomic"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/future"
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
	waiting []waiter
	seen    atomic.Bool // somebody has got the error, or is about to
}

type jobState uint8

const (
	submitted jobState = iota // there is no task yet
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
	ok := j.state == submitted
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
	task := j.task
	err := task.Core().Peek()
	switch {
	case task.Cancelled():
		err = task.Err()
	case err == nil:
		v, _ = task.Result()
		j.task = nil // only its error is of use any more
	}
	if j.end(v, err, started) && j.seen.Load() {
		task.Core().MarkRetrieved()
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
	for _, w := range j.waiting {
		w.tell()
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
func (j *Job[T]) Cancel(msg ...string) bool { return j.CancelCause(nil, msg...) }

// CancelCause is [Job.Cancel] with what led to it, as Task.CancelCause.
func (j *Job[T]) CancelCause(cause error, msg ...string) bool {
	var zero T
	if j.end(zero, &futures.CancelledError{Msg: future.Message(msg), Err: cause}, submitted) {
		return true
	}
	if j.ended() {
		return false
	}
	_, err := j.loop.CallSoonThreadsafe(func() {
		if j.task != nil {
			j.task.CancelCause(cause, msg...)
		}
	})
	return err == nil
}
