package locks_test

import (
	"context"
	"testing"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/tasks"
)

func TestSemaphore(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		s := locks.NewSemaphore(2)
		must(s.Acquire(ctx))
		waittest.Equal(t, "locked with a slot left", s.Locked(), false)
		waittest.Equal(t, "TryAcquire of the last slot", s.TryAcquire(), true)
		waittest.Equal(t, "locked without", s.Locked(), true)
		waittest.Equal(t, "TryAcquire of none", s.TryAcquire(), false)
		for range 3 {
			s.Release()
		}
		waittest.Equal(t, "slots after one Release too many", s.Value(), 3)
		waittest.Equal(t, "what it says of itself", s.String(), "a semaphore with 3 free slots (0 waiting)")
	})
}

// The zero value has no slots.
func TestSemaphoreZero(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var s locks.Semaphore
		waittest.Equal(t, "TryAcquire", s.TryAcquire(), false)
		task := tasks.Go(ctx, s.Acquire)
		waittest.Turns(ctx, 1)
		s.Release()
		_, err := task.Await(ctx)
		waittest.Is(t, "Acquire", err, nil)
	})
}

// A slot belongs to the waiter from the release on, not from when it runs.
func TestSemaphoreHandsOver(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		s := locks.NewSemaphore(0)
		task := tasks.Go(ctx, s.Acquire)
		waittest.Turns(ctx, 1)
		s.Release()
		waittest.Equal(t, "slots", s.Value(), 0)
		s.Release()
		waittest.Equal(t, "slots", s.Value(), 1)
		waittest.Equal(t, "locked, as the waiter is to go first", s.Locked(), true)
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "done", task.Done(), true)
		waittest.Equal(t, "locked after the waiter has run", s.Locked(), false)
	})
}

// SemaphoreTests.test_acquire_cancel_before_awoken: two waiters
// are cancelled and a slot released; the third gets it and the fourth does not.
func TestSemaphoreAcquireCancelBeforeAwoken(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		s := locks.NewSemaphore(0)
		var ts []*tasks.Task[struct{}]
		for range 4 {
			ts = append(ts, tasks.Go(ctx, s.Acquire))
		}
		waittest.Turns(ctx, 1)
		ts[0].Cancel()
		ts[1].Cancel()
		s.Release()
		waittest.Turns(ctx, 2)
		waittest.Equal(t, "third done, fourth done", []bool{ts[2].Done(), ts[3].Done()}, []bool{true, false})
		ts[3].Cancel()
		waittest.Turns(ctx, 1)
	})
}

// SemaphoreTests.test_acquire_fifo_order_2: one that releases and acquires again
// comes behind those that wait.
func TestSemaphoreFIFOOrder2(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		s := locks.NewSemaphore(1)
		var result []int
		acquire := func(n int) func(context.Context) error {
			return func(ctx context.Context) error {
				err := s.Acquire(ctx)
				result = append(result, n)
				return err
			}
		}
		t1 := tasks.Go(ctx, acquire(1))
		t2 := tasks.Go(ctx, func(ctx context.Context) error {
			must(acquire(2)(ctx))
			s.Release()
			return acquire(4)(ctx)
		})
		t3 := tasks.Go(ctx, acquire(3))
		waittest.Turns(ctx, 1)
		s.Release()
		s.Release()
		_, err := tasks.Gather(ctx, tasks.Awaitable[struct{}](t1), t2, t3).Await(ctx)
		waittest.Is(t, "all", err, nil)
		waittest.Equal(t, "order", result, []int{1, 2, 3, 4})
	})
}

// SemaphoreTests.test_acquire_fifo_order_4: tasks that had to
// wait behind one that had been woken, though there were slots, are woken as
// soon as that one has run.
func TestSemaphoreFIFOOrder4(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		s := locks.NewSemaphore(0)
		var result []int
		var t4 *tasks.Task[struct{}]
		tasks.Go(ctx, func(ctx context.Context) error {
			must(s.Acquire(ctx))
			waittest.Equal(t, "slots after it has woken the others", s.Value(), 0)
			t4 = tasks.Go(ctx, func(context.Context) error {
				result = append(result, 4)
				return nil
			})
			result = append(result, 1)
			return nil
		})
		tasks.Go(ctx, func(ctx context.Context) error {
			s.Release()
			s.Release()
			s.Release()
			waittest.Equal(t, "slots after three releases", s.Value(), 2)
			waittest.Equal(t, "locked, as the first has not run", s.Locked(), true)
			must(s.Acquire(ctx))
			result = append(result, 2)
			return nil
		})
		tasks.Go(ctx, func(ctx context.Context) error {
			must(s.Acquire(ctx))
			waittest.Equal(t, "locked", s.Locked(), true)
			result = append(result, 3)
			return nil
		})
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "slots, waiters", []int{s.Value(), s.Waiters()}, []int{2, 3})
		waittest.Turns(ctx, 1)
		_, err := t4.Await(ctx)
		waittest.Is(t, "the fourth", err, nil)
		waittest.Equal(t, "order", result, []int{1, 2, 3, 4})
	})
}

// SemaphoreTests.test_acquire_no_hang: a waiter that is cancelled right after it
// was given the slot gives it back.
func TestSemaphoreCancelledWithTheSlot(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		s := locks.NewSemaphore(1)
		var t2 *tasks.Task[struct{}]
		t1 := tasks.Go(ctx, func(ctx context.Context) error {
			err := s.With(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, 0) })
			t2.Cancel()
			return err
		})
		t2 = tasks.Go(ctx, func(ctx context.Context) error {
			return s.With(ctx, func(ctx context.Context) error { return errBody })
		})
		_, err1 := t1.Await(ctx)
		_, err2 := t2.Await(ctx)
		waittest.Is(t, "the first", err1, nil)
		waittest.Is(t, "the second", err2, futures.ErrCancelled)
		waittest.Equal(t, "TryAcquire", s.TryAcquire(), true)
	})
}

// An over-release of a bounded semaphore is refused before anyone is woken.
func TestBoundedSemaphoreOverRelease(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		s := locks.NewBoundedSemaphore(1)
		waittest.Is(t, "Release at first", s.Release(), locks.ErrOverReleased)
		must(s.Acquire(ctx))
		a, b := tasks.Go(ctx, s.Acquire), tasks.Go(ctx, s.Acquire)
		waittest.Turns(ctx, 1)
		must(s.Release())
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "a done, b done", []bool{a.Done(), b.Done()}, []bool{true, false})
		b.Cancel()
		waittest.Turns(ctx, 1)
		must(s.Release())
		waittest.Is(t, "one Release too many", s.Release(), locks.ErrOverReleased)
		waittest.Equal(t, "locked", s.Locked(), false)
	})
}
