package queues

// The end of a queue: of its items, and of itself.

import (
	"context"

	"github.com/goasyncio/asyncio/coro"
)

// TaskDone says that the work on an item is done: call it once for each item
// that Get or TryGet returned, if anyone uses [Queue.Join] (asyncio: task_done).
// It returns [ErrTaskDone] if no item is unfinished.
func (q *Queue[T]) TaskDone() error {
	if q.unfinished == 0 {
		return ErrTaskDone
	}
	q.finish(1)
	return nil
}

// finish takes n items off the unfinished ones.
func (q *Queue[T]) finish(n int) {
	q.unfinished -= n
	if q.unfinished == 0 {
		q.joiners.WakeAll()
	}
}

// Join waits until TaskDone has been called for every item that was put. It
// returns at once if there is none. A task that was woken returns even if
// another item is put before it runs.
func (q *Queue[T]) Join(ctx context.Context) error {
	if err := coro.Check(ctx); err != nil || q.unfinished == 0 {
		return err
	}
	w, err := q.joiners.Join(ctx, &q.home, (*work[T])(q))
	if err != nil {
		return err
	}
	err = coro.Await(ctx, w)
	q.joiners.Leave(w)
	return err
}

// Shutdown ends the queue: nothing can be put into it any more, and a Put that
// waits fails. Items that are in it can still be got; after that, Get fails,
// and so does each Get that waits now. If immediate, they are dropped, and count
// as done for Join. Calling it twice does no harm.
func (q *Queue[T]) Shutdown(immediate bool) {
	q.shutDown = true
	if immediate && q.size > 0 {
		n := min(q.size, q.unfinished)
		q.fifo.clear()
		if q.other != nil {
			q.other.clear()
		}
		q.size = 0
		q.finish(n)
	}
	q.getters.WakeAll()
	q.putters.WakeAll()
}
