// Package waitq is a line of tasks that wait for their turn: what asyncio's
// locks and queues keep in a deque of futures.
//
// A wait has three steps. Join makes a waiter; the primitive awaits it; Leave
// takes it back, and tells whether it had been woken:
//
//	w, err := l.line.Join(ctx, &l.home, l)
//	if err != nil {
//		return err
//	}
//	err = coro.Await(ctx, w)
//	woken := l.line.Leave(w)
//
// A primitive that gives up a wait with an error though it was woken must pass
// the wake-up on.
//
// The waiter is not in the line from Join on, but from when its task has been
// suspended. An await that fails at once, or that is unwound because its
// coroutine is being closed, therefore leaves no trace.
package waitq

import (
	"context"
	"fmt"
	"iter"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
)

// A Home is the loop that a primitive belongs to: that of the first task that
// waited for it (asyncio: _LoopBoundMixin). Its zero value is none yet.
type Home struct{ turn *coro.Turn }

// foreignError is an eventloop.ErrForeignLoop with a text of its own.
type foreignError struct{}

func (foreignError) Error() string {
	return "asyncio: bound to another event loop, whose tasks have waited for it; make one for each loop"
}

func (foreignError) Is(target error) bool { return target == eventloop.ErrForeignLoop }

// A Line is a first-in first-out line of waiters. Its zero value is empty.
// Joining, leaving and waking take constant time each, however long the line.
type Line struct {
	_ noCopy

	head, tail *Waiter
	pending    *Waiter // all before it are done; if it is nil, all are
	n          int     // how many there are
	live       int     // how many are not cancelled
	spare      *Waiter // the last that left, to be used again
	what       Primitive
}

// A Primitive is what has a line. It describes itself in reports.
type Primitive interface {
	fmt.Stringer
	waits.Explainer
}

// noCopy makes vet find copies of what contains it.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// A Waiter is the future that a task in the line waits for. It stays in the line
// until its task has run, even if it is done.
type Waiter struct {
	future.Core
	line       *Line
	prev, next *Waiter
}

// joined reports whether w is in the line.
func (w *Waiter) joined() bool { return w.prev != nil || w.line.head == w }

// Join returns a waiter for the task of ctx. The first makes the loop of ctx the
// home of the primitive; on another loop it returns an error that is
// [eventloop.ErrForeignLoop] for errors.Is. what is the primitive, as reports are
// to name it.
func (l *Line) Join(ctx context.Context, home *Home, what Primitive) (*Waiter, error) {
	turn := coro.TurnOf(ctx)
	if home.turn == nil {
		home.turn = turn
	} else if home.turn != turn {
		return nil, foreignError{}
	}
	l.what = what
	w := l.spare
	if w == nil {
		w = &Waiter{line: l}
	} else {
		l.spare = nil
	}
	w.Bind(turn)
	return w, nil
}

// Leave takes w out of the line, whatever came of its wait, and reports whether
// it had been woken.
func (l *Line) Leave(w *Waiter) (woken bool) {
	woken = w.State() == future.Finished
	if w.joined() {
		l.remove(w)
	}
	if !w.Subscribed() {
		// Nobody else knows it any more. One that is kept is enough for a
		// line in which tasks wait by turns to go without allocations.
		*w = Waiter{line: l}
		l.spare = w
	}
	return woken
}

// Live reports whether there is a waiter that is not cancelled.
func (l *Line) Live() bool { return l.live > 0 }

// Len returns how many there are in the line.
func (l *Line) Len() int { return l.n }

// All ranges over those in the line, first come first.
func (l *Line) All() iter.Seq[coro.Awaitable] {
	return func(yield func(coro.Awaitable) bool) {
		for w := l.head; w != nil; w = w.next {
			if !yield(w) {
				return
			}
		}
	}
}

// WakeFirst wakes the first in the line, unless that is done already.
func (l *Line) WakeFirst() {
	if l.head != nil && !l.head.Done() {
		l.WakeNext()
	}
}

// WakeNext wakes the first that is not done and reports whether there was one.
func (l *Line) WakeNext() bool { return l.pending != nil && l.wakeNext() }

func (l *Line) wakeNext() bool {
	for w := l.pending; w != nil; w = w.next {
		if !w.Done() {
			l.pending = w.next
			w.Finish(nil, w)
			return true
		}
	}
	l.pending = nil
	return false
}

// WakeAll wakes all that are not done.
func (l *Line) WakeAll() {
	for l.WakeNext() {
	}
}

func (l *Line) append(w *Waiter) {
	w.prev = l.tail
	if l.tail != nil {
		l.tail.next = w
	} else {
		l.head = w
	}
	l.tail = w
	if l.pending == nil {
		l.pending = w
	}
	l.n++
	l.live++
}

func (l *Line) remove(w *Waiter) {
	l.n--
	if w.State() != future.Cancelled {
		l.live--
	}
	if l.pending == w {
		l.pending = w.next
	}
	if w.prev != nil {
		w.prev.next = w.next
	} else {
		l.head = w.next
	}
	if w.next != nil {
		w.next.prev = w.prev
	} else {
		l.tail = w.prev
	}
}

// Subscribe implements [coro.Awaitable]. It is called when the task has been
// suspended, and puts the waiter at the end of the line.
func (w *Waiter) Subscribe(r coro.Runnable) {
	w.Core.Subscribe(r)
	if !w.joined() {
		w.line.append(w)
	}
}

// Cancel implements [coro.Awaitable].
func (w *Waiter) Cancel(msg ...string) bool { return w.CancelCause(nil, msg...) }

// CancelCause implements [coro.CauseCanceler].
func (w *Waiter) CancelCause(cause error, msg ...string) bool {
	if !w.Core.CancelCause(cause, msg...) {
		return false
	}
	if w.joined() {
		w.line.live--
	}
	return true
}

// String says what the task waits for.
func (w *Waiter) String() string { return w.line.what.String() }

// Explain implements [waits.Explainer].
func (w *Waiter) Explain() waits.Reason { return w.line.what.Explain() }
