package threads

import (
	"container/list"
	"context"
	"path"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/waits"
)

// A call is a function that runs on another goroutine, and the future of what it
// returns.
type call[T any] struct {
	futures.Future[T]
	work
	fn    func(context.Context) (T, error)
	value T // what fn returned, on its way to the future
}

// work is the untyped part of a call.
type work struct {
	hub   *hub
	place *list.Element // among the calls in flight
	state atomic.Uint32
	ctx   context.Context
	end   context.CancelCauseFunc // closes ctx
	owner interface {
		deliver()
		abandon()
		forget()
	}
	pc       uintptr // of the function
	err      error   // what it returned
	told     bool    // and it returned that after its ctx had ended
	reported bool    // err went to the exception handler

	mu    sync.Mutex
	waits int  // how many of its goroutines wait for the loop
	over  bool // it is in flight no more
}

// The states of a call. It is the one who takes a call from queued or running to
// its last state who answers for its outcome.
const (
	queued    uint32 = iota
	running          // on the other goroutine
	finished         // the loop is to deliver the outcome
	dropped          // before it started
	abandoned        // while it ran, by a loop that was closed
)

// start hands fn to an executor. The ctx of fn has the values of ctx and ends with
// lifetime.
func start[T any](ctx, lifetime context.Context, ex Executor, fn func(context.Context) (T, error)) *call[T] {
	l := loopOf(ctx)
	c := &call[T]{fn: fn}
	c.pc = reflect.ValueOf(fn).Pointer()
	c.Core().BindNew(l.Turn())
	h := hubOf(l)
	ex, err := h.admit(ex)
	if err != nil {
		c.Core().Finish(err, c)
		return c
	}
	c.hub, c.owner = h, c
	c.ctx, c.end = newContext(ctx, lifetime, &c.work)
	h.add(&c.work)
	returned := false
	defer func() {
		if !returned { // Execute has panicked
			c.cancel(ErrShutdown)
		}
	}()
	err = ex.Execute(c.run)
	returned = true
	if err != nil {
		c.cancel(err)
		c.refuse(err)
	}
	return c
}

// run is called by the executor, on its own goroutine.
func (c *call[T]) run() {
	if !c.state.CompareAndSwap(queued, running) {
		return
	}
	returned := false
	defer func() {
		if !returned {
			c.err = died(recover())
		}
		c.finish(onReturn[T]{c})
	}()
	c.value, c.err = c.fn(c.ctx)
	returned = true
}

// finish hands the outcome to the loop, by way of r.
func (w *work) finish(r coro.Runnable) {
	w.told = w.ctx.Err() != nil
	w.end(nil)
	w.mu.Lock()
	w.over = true
	if w.waits > 0 {
		w.unpause()
	}
	w.mu.Unlock()
	if w.state.CompareAndSwap(running, finished) {
		w.hub.loop.PostAndRelease(r) // if the loop is being closed, that delivers
		return
	}
	// The loop is closed. Its handler is not to be called on this goroutine.
	if isDeath(w.err) {
		w.hub.loop.DefaultExceptionHandler(w.event(eventloop.ReasonThread, w.err))
	}
}

// onReturn is posted to the loop when a function has returned.
type onReturn[T any] struct{ c *call[T] }

func (r onReturn[T]) Run() { r.c.deliver() }

// String names it in snapshots of the loop.
func (r onReturn[T]) String() string { return "a function on another goroutine has returned" }

// deliver completes the future with what the function has returned.
func (c *call[T]) deliver() {
	c.hub.remove(&c.work)
	c.Unsubscribe(onCancel[T]{c})
	switch v := c.value; {
	case c.Done():
		if c.unseen() {
			c.report()
		}
	case c.err != nil:
		c.fail()
	default:
		c.SetResult(v)
	}
	c.forget()
}

// forget lets go of what the function holds, which the future, or the queue of the
// executor, may outlive.
func (c *call[T]) forget() {
	var zero T
	c.fn, c.value, c.ctx, c.end = nil, zero, nil, endNothing // a literal here would be allocated
}

// endNothing is the end of the ctx of a call that has ended.
func endNothing(error) {}

// fail completes the future with an error. As with tasks, a death that nobody waits
// for is reported at once.
func (c *call[T]) fail() {
	awaited := c.Core().Subscribed()
	c.Core().Finish(c.err, c)
	if awaited {
		return
	}
	if isDeath(c.err) {
		c.report()
	}
	if isDeath(c.err) || c.told {
		c.Core().MarkRetrieved()
	}
}

// unseen reports whether the error must not get lost though the future is done
// without it. What a function returns after it was told to end is the answer to
// that, and as good as seen.
func (w *work) unseen() bool { return isDeath(w.err) || w.err != nil && !w.told }

// abandon completes the future of a call whose loop is closed, which is reported.
func (c *call[T]) abandon() {
	c.refuse(eventloop.ErrLoopClosed)
	c.Core().MarkRetrieved()
}

// refuse completes the future of a call that will not have an outcome.
func (c *call[T]) refuse(err error) {
	c.Unsubscribe(onCancel[T]{c})
	c.Core().Finish(err, c)
}

// onCancel subscribes to a future that others have: it is done, and not by deliver.
type onCancel[T any] struct{ c *call[T] }

func (o onCancel[T]) Run() { o.c.withdraw() }

// withdraw ends a call whose future was cancelled.
func (c *call[T]) withdraw() { c.cancel(c.Core().NewCancelledError()) }

// cancel ends a call that nobody waits for: it will not start, or its ctx is
// closed.
func (w *work) cancel(cause error) {
	w.end(cause)
	if w.state.CompareAndSwap(queued, dropped) {
		w.hub.remove(w)
		w.hub.loop.Release()
		w.owner.forget()
	}
}

// loopClosed parts a call from a loop that was closed.
func (w *work) loopClosed() {
	if !w.state.CompareAndSwap(queued, dropped) && !w.state.CompareAndSwap(running, abandoned) {
		w.owner.deliver()
		return
	}
	w.hub.remove(w)
	w.end(eventloop.ErrLoopClosed)
	w.owner.abandon()
	w.hub.loop.CallExceptionHandler(w.event(eventloop.ReasonAbandoned, eventloop.ErrLoopClosed))
}

// report passes the error, which nobody waits for, to the loop's exception handler.
func (w *work) report() {
	if !w.reported {
		w.reported = true
		w.hub.loop.CallExceptionHandler(w.event(eventloop.ReasonThread, w.err))
	}
}

func (w *work) event(r eventloop.Reason, err error) eventloop.Event {
	return eventloop.Event{Reason: r, Err: err, Name: w.name()}
}

// pause says that one of the call's goroutines waits for the loop. As long as any
// does, the time of the loop need not wait for the call. The loop is not deadlocked
// either: others of its goroutines may be busy.
func (w *work) pause() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waits++
	if w.waits == 1 && !w.over {
		w.hub.loop.Expect()
		w.hub.loop.Release()
	}
}

// resume takes back a pause.
func (w *work) resume() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waits--
	if w.waits == 0 && !w.over {
		w.unpause()
	}
}

func (w *work) unpause() {
	w.hub.loop.Retain()
	w.hub.loop.Unexpect()
}

// String says what the task waits for.
func (c *call[T]) String() string { return c.name() + " on another goroutine" }

// Explain implements [waits.Explainer].
func (c *call[T]) Explain() waits.Reason {
	r := waits.Reason{Kind: "goroutine", Object: c, Detail: "of " + c.name()}
	if c.state.Load() == queued {
		r.State = "not started"
	}
	return r
}

// Explain implements [waits.Explainer], for the future of [RunInExecutor].
func (o onCancel[T]) Explain() waits.Reason { return o.c.Explain() }

// name returns the name of the function as the runtime knows it.
func (w *work) name() string {
	f := runtime.FuncForPC(w.pc)
	if f == nil {
		return "func"
	}
	return strings.TrimSuffix(path.Base(f.Name()), "-fm") // the compiler's mark of a method value
}
