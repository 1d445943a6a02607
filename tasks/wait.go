package tasks

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
	"github.com/goasyncio/asyncio/timeouts"
)

// ReturnWhen says what [Wait] waits for.
type ReturnWhen int

const (
	AllCompleted   ReturnWhen = iota // all are done
	FirstCompleted                   // any is done
	FirstException                   // any has failed, or all are done; a cancelled one has not failed
)

// NoTimeout makes [Wait] and [AsCompleted] wait without a limit.
const NoTimeout = timeouts.Never

// Wait waits for futures and tasks and returns those that are done and those
// that are not, each in the order of fs without repetitions (asyncio: wait). It
// does not cancel what it waits for, neither when the time is over nor when the
// waiting task is cancelled, and the errors of fs are not its own.
//
// It returns [ErrNothingToWaitFor] if fs is empty, [eventloop.ErrForeignLoop] if
// one of them belongs to another loop, and otherwise an error only when the wait
// itself was ended.
func Wait[F interface {
	comparable
	coro.Awaitable
}](ctx context.Context, fs []F, when ReturnWhen, timeout time.Duration) (done, pending []F, err error) {
	fs = distinct(fs)
	if len(fs) == 0 {
		return nil, nil, ErrNothingToWaitFor
	}
	l := loopOf(ctx)
	for _, f := range fs {
		if !belongs(f, l) {
			return nil, nil, eventloop.ErrForeignLoop
		}
	}
	w := &waitState{left: len(fs), when: when}
	w.fs = waits.Each(fs)
	w.Bind(l.Turn())
	if timeout != NoTimeout {
		w.timer = l.CallLater(timeout, w.release)
	}
	nodes := make([]waitNode, len(fs))
	for i, f := range fs {
		nodes[i] = waitNode{w, f}
		f.Subscribe(&nodes[i])
	}
	defer func() {
		w.stopTimer()
		for i, f := range fs {
			f.Unsubscribe(&nodes[i])
		}
	}()
	if err := coro.Await(ctx, w); err != nil {
		return nil, nil, err
	}
	for _, f := range fs {
		if f.Done() {
			done = append(done, f)
		} else {
			pending = append(pending, f)
		}
	}
	return done, pending, nil
}

// belongs reports whether f is a future of l. One without a loop becomes l's.
func belongs(f coro.Awaitable, l *eventloop.Loop) bool {
	if f.Scheduler() == nil {
		if c, ok := f.(interface{ Core() *future.Core }); ok {
			c.Core().Bind(l.Turn())
		}
	}
	return f.Scheduler() == coro.Scheduler(l)
}

// waitState is one call of Wait, and the future that it waits for (asyncio:
// waiter).
type waitState struct {
	future.Core
	left  int
	when  ReturnWhen
	fs    iter.Seq[coro.Awaitable] // those that are not done
	timer interface{ Cancel() }
}

// String says what the task waits for.
func (w *waitState) String() string { return "a wait" }

// Explain implements [waits.Explainer].
func (w *waitState) Explain() waits.Reason {
	r := waits.Reason{Kind: "wait", Object: w, On: w.fs, Any: w.when != AllCompleted || w.timer != nil}
	switch w.when {
	case AllCompleted:
		r.Detail = fmt.Sprintf("for all of %d", w.left)
	case FirstCompleted:
		r.Detail = fmt.Sprintf("for the first of %d", w.left)
	case FirstException:
		r.Detail = fmt.Sprintf("for an error of %d", w.left)
	}
	return r
}

// waitNode subscribes it to one of the futures.
type waitNode struct {
	w *waitState
	f coro.Awaitable
}

// Run is called when the future is done (asyncio: _on_completion).
func (n *waitNode) Run() {
	w := n.w
	w.left--
	if w.left <= 0 || w.when == FirstCompleted || w.when == FirstException && failed(n.f) {
		w.stopTimer()
		w.release()
	}
}

func (w *waitState) stopTimer() {
	if w.timer != nil {
		w.timer.Cancel()
	}
}

// release ends the wait (asyncio: _release_waiter).
func (w *waitState) release() { w.Finish(nil, w) }

// failed reports whether a future that is done has failed, which counts as
// seeing its error.
func failed(f coro.Awaitable) bool {
	if c, ok := f.(interface{ Cancelled() bool }); ok && c.Cancelled() {
		return false
	}
	return f.Err() != nil
}

// distinct returns the elements of s without repetitions.
func distinct[E any](s []E) []E {
	seen := make(map[any]bool, len(s))
	res := make([]E, 0, len(s))
	for _, e := range s {
		if id := identity(e); !seen[id] {
			seen[id] = true
			res = append(res, e)
		}
	}
	return res
}

// identity returns what tells v from other awaitables: v itself, unless it is of
// a type that cannot be compared, which is never the same as another.
func identity(v any) any {
	if v == nil || reflect.TypeOf(v).Comparable() {
		return v
	}
	return new(byte)
}
