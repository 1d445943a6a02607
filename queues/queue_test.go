package queues_test

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/queues"
	"github.com/goasyncio/asyncio/tasks"
)

// getter starts a task that gets an item.
func getter[T any](ctx context.Context, q *queues.Queue[T]) *tasks.Task[T] {
	return tasks.Create(ctx, q.Get)
}

// putter starts a task that puts an item.
func putter[T any](ctx context.Context, q *queues.Queue[T], v T) *tasks.Task[struct{}] {
	return tasks.Go(ctx, func(ctx context.Context) error { return q.Put(ctx, v) })
}

// outcome fails t unless a task has ended with v.
func outcome[T any](t *testing.T, what string, task *tasks.Task[T], v T) {
	t.Helper()
	got, err := task.Result()
	waittest.Is(t, what, err, nil)
	waittest.Equal(t, what, got, v)
}

func TestSizes(t *testing.T) {
	for _, k := range kinds {
		for _, maxsize := range []int{-1, 0, 1, 3} {
			q := k.make(maxsize)
			room := max(0, maxsize)
			waittest.Equal(t, "cap", q.Cap(), room)
			if room == 0 {
				room = 100
			}
			for i := range room {
				waittest.Equal(t, "empty, full", []bool{q.Empty(), q.Full()}, []bool{i == 0, false})
				waittest.Is(t, "TryPut with room", q.TryPut(i), nil)
			}
			waittest.Equal(t, "length", q.Len(), room)
			waittest.Equal(t, "full", q.Full(), maxsize > 0)
			if maxsize > 0 {
				waittest.Is(t, "TryPut without room", q.TryPut(0), queues.ErrFull)
			}
			waittest.Equal(t, "length", q.Len(), room)
			for range room {
				get(q)
			}
			_, err := q.TryGet()
			waittest.Is(t, "TryGet of nothing", err, queues.ErrEmpty)
		}
	}
}

// QueueGetTests.test_get_cancelled_race: a getter that was
// cancelled does not get in the way of the next.
func TestGetCancelledRace(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var q queues.Queue[string]
		t1, t2 := getter(ctx, &q), getter(ctx, &q)
		waittest.Turns(ctx, 1)
		t1.Cancel()
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "t1 done", t1.Done(), true)
		must(q.Put(ctx, "a"))
		waittest.Turns(ctx, 1)
		outcome(t, "t2", t2, "a")
	})
}

// QueuePutTests.test_put_cancelled_race: a putter that is
// cancelled does not keep another from the slot.
func TestPutCancelledRace(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		q := queues.New[string](1)
		a, b, x := putter(ctx, q, "a"), putter(ctx, q, "b"), putter(ctx, q, "X")
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "a done, b done", []bool{a.Done(), b.Done()}, []bool{true, false})
		x.Cancel()
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "x done", x.Done(), true)
		waittest.Equal(t, "first", get(q), "a")
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "second", get(q), "b")
		_, err := b.Await(ctx)
		waittest.Is(t, "b", err, nil)
	})
}

// QueuePutTests.test_get_cancel_drop_many_pending_readers: of
// three getters two were woken, of which one is cancelled; the third gets its
// item.
func TestGetCancelDropManyPendingReaders(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var q queues.Queue[int]
		r1, r2, r3 := getter(ctx, &q), getter(ctx, &q), getter(ctx, &q)
		waittest.Turns(ctx, 1)
		must(q.TryPut(1))
		must(q.TryPut(2))
		r1.Cancel()
		_, err := r1.Await(ctx)
		waittest.Is(t, "the first", err, futures.ErrCancelled)
		v3, err := r3.Await(ctx)
		waittest.Is(t, "the third", err, nil)
		v2, err := r2.Result()
		waittest.Is(t, "the second", err, nil)
		waittest.Equal(t, "items", []int{v2, v3}, []int{1, 2})
	})
}

// QueuePutTests.test_put_cancel_drop.
func TestPutCancelDrop(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		q := queues.New[int](1)
		must(q.TryPut(1))
		w := putter(ctx, q, 2)
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "item", get(q), 1)
		w.Cancel()
		_, err := w.Await(ctx)
		waittest.Is(t, "the putter", err, futures.ErrCancelled)
		waittest.Equal(t, "length", q.Len(), 0)
		must(q.Put(ctx, 2))
		waittest.Equal(t, "item", get(q), 2)
	})
}

// An item is not reserved for the getter that was woken for it: one that comes
// before that runs takes it, and the getter waits again.
func TestWokenGetterFindsNothing(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var q queues.Queue[int]
		g := getter(ctx, &q)
		waittest.Turns(ctx, 1)
		must(q.Put(ctx, 1))
		v, err := q.Get(ctx)
		waittest.Is(t, "the quick Get", err, nil)
		waittest.Equal(t, "its item", v, 1)
		waittest.Turns(ctx, 2)
		waittest.Equal(t, "the getter is done", g.Done(), false)
		must(q.Put(ctx, 2))
		waittest.Turns(ctx, 1)
		outcome(t, "the getter", g, 2)
	})
}

// One that waits again does so at the end of the line, and an item wakes one
// getter alone.
func TestWokenGetterWaitsAtTheEnd(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var q queues.Queue[int]
		g1, g2, g3 := getter(ctx, &q), getter(ctx, &q), getter(ctx, &q)
		waittest.Turns(ctx, 1)
		quick := getter(ctx, &q) // runs before the one that is woken
		must(q.TryPut(0))
		waittest.Turns(ctx, 1)
		outcome(t, "the quick one", quick, 0)
		for i := range 3 {
			must(q.TryPut(i + 1))
		}
		waittest.Turns(ctx, 1)
		outcome(t, "the second", g2, 1)
		outcome(t, "the third", g3, 2)
		outcome(t, "the first", g1, 3)
	})
}

// One that is cancelled and was not woken wakes nobody, whatever is in the queue:
// those behind it keep their places.
func TestCancelledGetterWakesNobody(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var q queues.Queue[int]
		g1, g2, g3, g4 := getter(ctx, &q), getter(ctx, &q), getter(ctx, &q), getter(ctx, &q)
		waittest.Turns(ctx, 1)
		g2.Cancel()
		must(q.TryPut(1)) // wakes g1, which runs after g2
		waittest.Turns(ctx, 2)
		must(q.TryPut(3))
		must(q.TryPut(4))
		waittest.Turns(ctx, 1)
		outcome(t, "the first", g1, 1)
		outcome(t, "the third", g3, 3)
		outcome(t, "the fourth", g4, 4)
	})
}

// The same for putters.
func TestCancelledPutterWakesNobody(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		q := queues.New[int](1)
		must(q.TryPut(0))
		putter(ctx, q, 1)
		p2 := putter(ctx, q, 2)
		putter(ctx, q, 3)
		putter(ctx, q, 4)
		waittest.Turns(ctx, 1)
		p2.Cancel()
		got := []int{get(q)} // wakes the first, which runs after the second
		waittest.Turns(ctx, 2)
		for range 3 {
			got = append(got, get(q))
			waittest.Turns(ctx, 2)
		}
		waittest.Equal(t, "order", got, []int{0, 1, 3, 4})
	})
}

// What was said of a woken getter holds for a slot and a putter; a time limit that is over by the time at
// which the putter would wait again is reported then.
func TestWokenPutterFindsNoRoom(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		q := queues.New[int](1)
		must(q.TryPut(1))
		var cancel context.CancelFunc
		p := tasks.Go(ctx, func(ctx context.Context) error {
			ctx, cancel = context.WithCancel(ctx)
			return q.Put(ctx, 2)
		})
		waittest.Turns(ctx, 1)
		get(q)
		must(q.TryPut(3))
		cancel() // it has been woken, and goes on until it would wait
		waittest.Turns(ctx, 1)
		waittest.Is(t, "the putter", p.Err(), context.Canceled)
		waittest.Equal(t, "what is there", state(q)(), "1 of 1 items, 2 unfinished, waiting: 0 getters, 0 putters, 0 joiners")
		waittest.Equal(t, "item", get(q), 3)
	}, new(waittest.World).Options())
}

// Putters get their turns in the order in which they came.
func TestPuttersInOrder(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		q := queues.New[int](2)
		for i := range 6 {
			putter(ctx, q, i)
		}
		var got []int
		for range 6 {
			v, err := q.Get(ctx)
			must(err)
			got = append(got, v)
		}
		waittest.Equal(t, "order", got, []int{0, 1, 2, 3, 4, 5})
	})
}

// A queue may be filled from callbacks, and from other goroutines by posting
// them.
func TestPutFromOutside(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var q queues.Queue[string]
		l := eventloop.FromContext(ctx)
		l.CallLater(time.Second, func() { must(q.TryPut("from a callback")) })
		v, err := q.Get(ctx)
		must(err)
		waittest.Equal(t, "item", v, "from a callback")

		release := l.Hold()
		go func() {
			defer release()
			l.CallSoonThreadsafe(func() { must(q.TryPut("from a goroutine")) })
		}()
		v, err = q.Get(ctx)
		must(err)
		waittest.Equal(t, "item", v, "from a goroutine")
	})
}
