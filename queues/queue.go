package queues

import (
	"cmp"
	"context"
	"iter"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/internal/waitq"
)

// A Queue holds items on their way between tasks (asyncio: Queue). Its zero
// value is a first-in first-out queue without a maximum size.
type Queue[T any] struct {
	getters waitq.Line
	putters waitq.Line
	joiners waitq.Line
	home    waitq.Home

	fifo       fifo[T]  // the items, unless there is another store
	other      store[T] // nil for none
	size       int      // items in the queue
	maxsize    int      // zero for no limit
	unfinished int      // items put, and not yet done
	shutDown   bool
}

// New returns a queue that passes on the oldest item first, and holds up to
// maxsize of them; zero or less is no limit.
func New[T any](maxsize int) *Queue[T] { return newQueue[T](maxsize, nil) }

// NewLIFO returns a queue that passes on the newest item first (asyncio:
// LifoQueue).
func NewLIFO[T any](maxsize int) *Queue[T] { return newQueue(maxsize, store[T](new(lifo[T]))) }

// NewPriority returns a queue that passes on the smallest item first (asyncio:
// PriorityQueue).
func NewPriority[T cmp.Ordered](maxsize int) *Queue[T] { return NewPriorityFunc(maxsize, cmp.Less[T]) }

// NewPriorityFunc returns a queue that passes on first the item before which less
// puts no other. Those that are equal come in no particular order. less must not
// await.
func NewPriorityFunc[T any](maxsize int, less func(a, b T) bool) *Queue[T] {
	if less == nil {
		panic("asyncio: NewPriorityFunc of a nil function")
	}
	return newQueue(maxsize, store[T](&heap[T]{less: less}))
}

func newQueue[T any](maxsize int, other store[T]) *Queue[T] {
	return &Queue[T]{other: other, maxsize: max(0, maxsize)}
}

// Put waits until there is room in the queue and puts v into it. It returns
// [ErrShutDown] if the queue is shut down, or is while it waits.
func (q *Queue[T]) Put(ctx context.Context, v T) error {
	co := coro.Running(ctx)
	if co == nil {
		if err := coro.Check(ctx); err != nil {
			return err
		}
	}
	for q.Full() {
		if q.shutDown {
			return ErrShutDown
		}
		w, err := q.putters.Join(ctx, &q.home, (*room[T])(q))
		if err != nil {
			return err
		}
		if co == nil {
			err = coro.Await(ctx, w)
		} else if co.Suspend(w) != nil { // written out here, see there
			err = co.Thrown()
		}
		woken := q.putters.Leave(w)
		if err != nil {
			if woken && !q.Full() {
				q.putters.WakeNext()
			}
			return err
		}
	}
	if q.shutDown {
		return ErrShutDown
	}
	q.put(v)
	return nil
}

// TryPut puts v into the queue if there is room (asyncio: put_nowait). It returns
// [ErrFull] if there is none, and [ErrShutDown] if the queue is shut down.
func (q *Queue[T]) TryPut(v T) error {
	switch {
	case q.shutDown:
		return ErrShutDown
	case q.Full():
		return ErrFull
	}
	q.put(v)
	return nil
}

// put puts v into a queue that has room.
func (q *Queue[T]) put(v T) {
	if q.other == nil {
		q.fifo.push(v)
	} else {
		q.other.push(v)
	}
	q.size++
	q.unfinished++
	q.getters.WakeNext()
}

// Get waits until there is an item in the queue and takes it. It returns
// [ErrShutDown] if the queue is shut down and empty, or gets so while it waits.
func (q *Queue[T]) Get(ctx context.Context) (T, error) {
	var zero T
	co := coro.Running(ctx)
	if co == nil {
		if err := coro.Check(ctx); err != nil {
			return zero, err
		}
	}
	for q.size == 0 {
		if q.shutDown {
			return zero, ErrShutDown
		}
		w, err := q.getters.Join(ctx, &q.home, (*item[T])(q))
		if err != nil {
			return zero, err
		}
		if co == nil {
			err = coro.Await(ctx, w)
		} else if co.Suspend(w) != nil { // written out here, see there
			err = co.Thrown()
		}
		woken := q.getters.Leave(w)
		if err != nil {
			if woken && q.size > 0 {
				q.getters.WakeNext()
			}
			return zero, err
		}
	}
	return q.pop(), nil
}

// TryGet takes an item if there is one (asyncio: get_nowait). It returns
// [ErrEmpty] if there is none, and [ErrShutDown] if none will come.
func (q *Queue[T]) TryGet() (T, error) {
	if q.size == 0 {
		var zero T
		if q.shutDown {
			return zero, ErrShutDown
		}
		return zero, ErrEmpty
	}
	return q.pop(), nil
}

// pop takes an item out of a queue that is not empty.
func (q *Queue[T]) pop() (v T) {
	if q.other == nil {
		v = q.fifo.pop()
	} else {
		v = q.other.pop()
	}
	q.size--
	q.putters.WakeNext()
	return v
}

// All ranges over the items, getting each with ctx. It ends when the queue is
// shut down and empty. Any other error of Get is yielded, and ends it too.
func (q *Queue[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			if q.size > 0 && coro.Running(ctx) != nil { // all that Get does then
				if !yield(q.pop(), nil) {
					return
				}
				continue
			}
			v, err := q.Get(ctx)
			if err == ErrShutDown || !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// Len returns how many items there are in the queue (asyncio: qsize).
func (q *Queue[T]) Len() int { return q.size }

// Cap returns the maximum size, zero for none (asyncio: maxsize).
func (q *Queue[T]) Cap() int { return q.maxsize }

// Empty reports whether there is no item in the queue.
func (q *Queue[T]) Empty() bool { return q.size == 0 }

// Full reports whether the queue has its maximum size.
func (q *Queue[T]) Full() bool { return q.maxsize > 0 && q.size >= q.maxsize }
