package threads

import (
	"container/list"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/timeouts"
)

// A hub is what the package keeps for a loop.
type hub struct {
	loop *eventloop.Loop

	// Of the loop's goroutine:
	executor Executor  // the default one; nil if none was needed yet
	shut     bool      // that takes no more calls
	closing  bool      // none does
	calls    list.List // of *work: the calls in flight, oldest first
	idle     []*futures.Future[struct{}]
	quick    int // operations on channels that did not wait, in a row

	mu     sync.Mutex
	closed bool
	jobs   list.List // of closer: the jobs that are not done, oldest first
}

// A closer has to know when the loop is closed.
type closer interface{ loopClosed() }

// hubKey is what a loop has its hub under.
type hubKey struct{}

// hubOf returns the hub of l, nil if l is closed.
func hubOf(l *eventloop.Loop) *hub {
	h, _ := l.Extension(hubKey{}, func() eventloop.Extension { return &hub{loop: l} }).(*hub)
	return h
}

// SetDefaultExecutor makes ex the executor of [ToThread], and of [RunInExecutor]
// when that is given none (asyncio: set_default_executor). Calls in flight stay
// where they are. It is for the loop's goroutine, and does nothing on a closed
// loop. The loop does not close ex.
func SetDefaultExecutor(l *eventloop.Loop, ex Executor) {
	if ex == nil {
		panic("asyncio: SetDefaultExecutor(nil)")
	}
	if h := hubOf(l); h != nil {
		h.executor = ex
	}
}

// admit returns the executor that is to run a call for ex, or why none will.
func (h *hub) admit(ex Executor) (Executor, error) {
	switch {
	case h == nil:
		return nil, eventloop.ErrLoopClosed
	case h.closing, h.shut && ex == nil:
		return nil, ErrShutdown
	case ex != nil:
		return ex, nil
	case h.executor == nil:
		h.executor = new(Pool)
	}
	return h.executor, nil
}

// add counts a call as in flight.
func (h *hub) add(w *work) {
	h.loop.Retain()
	w.place = h.calls.PushBack(w)
}

// remove takes it back. The hold is the caller's to release.
func (h *hub) remove(w *work) {
	h.calls.Remove(w.place)
	if h.calls.Len() > 0 {
		return
	}
	for _, f := range h.idle {
		if !f.Done() {
			f.SetResult(struct{}{})
		}
	}
	h.idle = nil
}

// whenIdle returns a future that is done when no call is in flight, and fails with
// a timeout after d. That is real time even if the loop's is virtual, as the calls
// live in real time. stop frees what it has taken.
func (h *hub) whenIdle(d time.Duration) (f *futures.Future[struct{}], stop func()) {
	f = futures.On[struct{}](h.loop)
	if h.calls.Len() == 0 {
		f.SetResult(struct{}{})
		return f, func() {}
	}
	h.idle = append(h.idle, f)
	if d == timeouts.Never {
		return f, func() {}
	}
	timer := time.AfterFunc(d, func() {
		h.loop.CallSoonThreadsafe(func() {
			if !f.Done() {
				f.SetError(&timeouts.TimeoutError{})
			}
		})
	})
	return f, func() { timer.Stop() }
}

// endAll closes the ctx of every call in flight, the youngest first, so that one that
// makes room for another finds that told already.
func (h *hub) endAll(cause error) {
	for e := h.calls.Back(); e != nil; e = e.Prev() {
		e.Value.(*work).end(cause)
	}
}

// ShutdownDefaultExecutor makes the default executor take no more calls and waits
// until those in flight on the loop have ended (asyncio:
// shutdown_default_executor). If that takes longer than timeout, in real time, it
// closes their ctx and returns a [*timeouts.TimeoutError]; [timeouts.Never] is no
// limit. Closing a runner does this too, so that few programs need it.
func ShutdownDefaultExecutor(ctx context.Context, timeout time.Duration) error {
	if err := coro.Check(ctx); err != nil {
		return err
	}
	h := hubOf(loopOf(ctx))
	if h == nil {
		return eventloop.ErrLoopClosed
	}
	h.shut = true
	f, stop := h.whenIdle(timeout)
	defer stop()
	_, err := f.Await(ctx)
	var late *timeouts.TimeoutError
	if errors.As(err, &late) {
		h.endAll(ErrShutdown)
	}
	return err
}

// Finish closes the ctx of every call in flight on l, refuses new ones, and runs l
// until they have ended, or timeout is over in real time. What is in flight then
// is abandoned when the loop is closed. It is what closing a runner does, for
// those who run a loop by hand. It returns the errors of [eventloop.Loop.RunForever].
func Finish(l *eventloop.Loop, timeout time.Duration) error {
	h, _ := l.Extension(hubKey{}, nil).(*hub)
	if h == nil {
		return nil
	}
	h.closing = true
	h.endAll(eventloop.ErrLoopClosed)
	if h.calls.Len() == 0 || timeout <= 0 {
		return nil
	}
	f, stop := h.whenIdle(timeout)
	defer stop()
	for !f.Done() {
		// A Stop is no reason to leave goroutines behind.
		if err := l.RunUntilComplete(f); err != nil && err != eventloop.ErrLoopStopped {
			return err
		}
	}
	f.Err() // which is seen: the end of the loop tells of those that are left
	return nil
}

// LoopClosed implements [eventloop.Extension].
func (h *hub) LoopClosed() {
	for e := h.calls.Front(); e != nil; e = h.calls.Front() {
		e.Value.(*work).loopClosed()
	}
	h.mu.Lock()
	h.closed = true
	var jobs []closer
	for e := h.jobs.Front(); e != nil; e = e.Next() {
		jobs = append(jobs, e.Value.(closer))
	}
	h.mu.Unlock()
	for _, j := range jobs {
		j.loopClosed()
	}
}

// addJob counts j as not done, unless the loop is closed.
func (h *hub) addJob(j closer) (*list.Element, bool) {
	if h == nil {
		return nil, false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, false
	}
	return h.jobs.PushBack(j), true
}

// removeJob takes it back.
func (h *hub) removeJob(place *list.Element) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.jobs.Remove(place)
}
