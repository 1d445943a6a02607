package threads

import (
	"context"
	"slices"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
	"github.com/goasyncio/asyncio/tasks"
)

// A waiter waits for the end of a job. Its methods are called with the job locked.
type waiter interface {
	begin()
	end()  // the wait is given up
	tell() // the job is done
}

// Wait blocks the goroutine until the job is done and returns what the function
// returned. A panic in it is a [*coro.PanicError].
//
// If ctx ends first, Wait returns its error, and the task goes on: to end it, call
// Cancel, and Wait again for the end.
//
// Wait must not be called on the goroutine of a loop, which it would block, and
// refuses the ctx of a task with [ErrWaitInTask]; there use [Job.Await]. In a
// function that [ToThread] runs, give it the function's ctx: otherwise a loop in
// virtual time waits for the function, while the function waits for the loop.
func (j *Job[T]) Wait(ctx context.Context) (T, error) {
	var zero T
	b := blocked{}
	if c, _ := coro.FromContext(ctx); c != nil {
		d, ok := c.Driver().(driver)
		if !ok {
			return zero, ErrWaitInTask
		}
		if d.o.work.hub == j.hub {
			b.call = d.o.work
		}
	}
	if err := ctx.Err(); err != nil && !j.ended() {
		return zero, err
	}
	if j.subscribe(&b) {
		select {
		case <-j.done:
		case <-ctx.Done():
			if j.unsubscribe(&b) {
				return zero, ctx.Err()
			}
		}
	}
	return j.outcome()
}

// blocked is a goroutine that waits. If it is one of a call for the loop of the job,
// that must not keep the loop from getting on meanwhile.
type blocked struct{ call *work }

func (b *blocked) begin() {
	if b.call != nil {
		b.call.pause()
	}
}

func (b *blocked) end() {
	if b.call != nil {
		b.call.resume()
	}
}

func (b *blocked) tell() { b.end() }

// Await suspends the task of ctx, of whatever loop, until the job is done, and
// returns what the function returned (asyncio: wrap_future). Cancelling the waiting
// task cancels the job, without waiting for its end.
func (j *Job[T]) Await(ctx context.Context) (T, error) {
	var zero T
	if err := coro.Check(ctx); err != nil {
		return zero, err
	}
	if j.ended() {
		return j.outcome()
	}
	l := loopOf(ctx)
	c := newCrossing(l, "a job", func() waits.Reason { return j.explain(l) })
	s := &suspended{c, l, l != j.loop}
	c.start = func() {
		if !j.subscribe(s) {
			c.Finish(nil, c)
		}
	}
	if err := coro.Await(ctx, c); err != nil {
		j.unsubscribe(s)
		if c.State() == future.Cancelled {
			j.CancelCause(c.Cause(), c.Message())
		}
		return zero, err
	}
	return j.outcome()
}

// explain says what a task of loop l waits for that awaits the job.
func (j *Job[T]) explain(l *eventloop.Loop) waits.Reason {
	r := waits.Reason{Kind: "job", Object: j}
	switch {
	case l != j.loop:
		r.State = "on another loop"
	case j.task != nil:
		r.On = waits.Each([]*tasks.Task[T]{j.task})
	}
	return r
}

// suspended is a task that waits.
type suspended struct {
	crossing *crossing
	loop     *eventloop.Loop
	held     bool // as the job is none of its own loop
}

func (s *suspended) begin() {
	if s.held {
		s.loop.Retain()
	}
}

func (s *suspended) end() {
	if s.held {
		s.loop.Release()
	}
}

func (s *suspended) tell() {
	if s.held {
		s.loop.PostAndRelease(s.crossing)
	} else {
		s.loop.Post(s.crossing)
	}
}

// subscribe arranges for w to be told of the end, and reports whether that is still
// to come.
func (j *Job[T]) subscribe(w waiter) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.state == ended {
		return false
	}
	j.waiting = append(j.waiting, w)
	w.begin()
	return true
}

// unsubscribe takes that back, and reports whether the end is still to come.
func (j *Job[T]) unsubscribe(w waiter) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	i := slices.Index(j.waiting, w)
	if i < 0 {
		return false
	}
	j.waiting = slices.Delete(j.waiting, i, i+1)
	w.end()
	return true
}

// ended reports whether the job is done.
func (j *Job[T]) ended() bool {
	select {
	case <-j.done:
		return true
	default:
		return false
	}
}

// outcome returns that of a job that has ended or is about to.
func (j *Job[T]) outcome() (T, error) {
	<-j.done
	if j.err != nil && !j.seen.Swap(true) && j.task != nil {
		j.loop.CallSoonThreadsafe(j.task.Core().MarkRetrieved)
	}
	return j.value, j.err
}
