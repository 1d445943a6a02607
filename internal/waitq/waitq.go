// Package waitq is a line of tasks that wait for their turn: what asyncio's
// locks and queues keep in a deque of futures.
package waitq

import (
	"context"

	"github.com/goasyncio/asyncio/futures"
)

// A Line is a first-in first-out line of waiters. Its zero value is empty.
type Line struct{ waiters []*futures.Future[struct{}] }

// Wait joins the line and suspends the task of ctx until it is woken. If the
// wait ends with an error the task has left the line; woken then tells that it
// had been woken all the same, and that the wake-up is to be passed on.
func (l *Line) Wait(ctx context.Context) (woken bool, err error) {
	w := futures.New[struct{}](ctx)
	l.waiters = append(l.waiters, w)
	left := false
	defer func() {
		if !left { // a coroutine that is being unwound
			l.leave(w)
		}
	}()
	_, err = w.Await(ctx)
	left = true
	if err == nil {
		return true, nil
	}
	l.leave(w)
	return w.Done() && !w.Cancelled(), err
}

// leave takes w out of the line.
func (l *Line) leave(w *futures.Future[struct{}]) {
	w.Cancel()
	for i, x := range l.waiters {
		if x == w {
			l.waiters = append(l.waiters[:i], l.waiters[i+1:]...)
			return
		}
	}
}

// WakeNext wakes the first waiter that still waits, and takes it out of the
// line.
func (l *Line) WakeNext() {
	for len(l.waiters) > 0 {
		w := l.waiters[0]
		l.waiters[0] = nil
		l.waiters = l.waiters[1:]
		if !w.Done() {
			w.SetResult(struct{}{})
			return
		}
	}
}
