package locks_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

var errBody = errors.New("an error of the body")

func TestLock(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var l locks.Lock
		waittest.Equal(t, "locked at first", l.Locked(), false)
		must(l.Acquire(ctx))
		waittest.Equal(t, "locked after Acquire", l.Locked(), true)
		waittest.Equal(t, "TryAcquire of a held lock", l.TryAcquire(), false)
		waittest.Equal(t, "what it says of itself", l.String(), "a lock held by Task-1 (0 waiting)")
		must(l.Release())
		waittest.Equal(t, "locked after Release", l.Locked(), false)
		waittest.Equal(t, "what it says of itself", l.String(), "a lock that is free (0 waiting)")
		waittest.Equal(t, "TryAcquire of a free lock", l.TryAcquire(), true)
	})
}

// Waiters get the lock in the order in which they came, each one iteration after
// the release. Meanwhile the lock is not locked, and yet nobody else gets it.
func TestLockOrder(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var l locks.Lock
		var got []int
		must(l.Acquire(ctx))
		for i := range 4 {
			tasks.Go(ctx, func(ctx context.Context) error {
				return l.With(ctx, func(context.Context) error {
					got = append(got, i)
					return nil
				})
			})
		}
		waittest.Turns(ctx, 1)
		must(l.Release())
		waittest.Equal(t, "locked between the release and the run of the waiter", l.Locked(), false)
		waittest.Equal(t, "TryAcquire before the one that was woken", l.TryAcquire(), false)
		must(l.Acquire(ctx)) // behind the others
		waittest.Equal(t, "order", got, []int{0, 1, 2, 3})
	})
}

// test_locks.py LockTests.test_cancel_race: the first waiter is
// cancelled and the lock released in the same iteration; the second gets it.
func TestLockCancelRace(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var l locks.Lock
		hold := func(blocker *futures.Future[int]) *tasks.Task[struct{}] {
			task := tasks.Go(ctx, func(ctx context.Context) error {
				return l.With(ctx, func(ctx context.Context) error {
					if blocker == nil {
						return nil
					}
					_, err := blocker.Await(ctx)
					return err
				})
			})
			waittest.Turns(ctx, 1)
			return task
		}
		fa := futures.New[int](ctx)
		a := hold(fa)
		waittest.Equal(t, "locked by a", l.Locked(), true)
		b := hold(nil)
		waittest.Equal(t, "waiters", l.Waiters(), 1)
		c := hold(nil)
		waittest.Equal(t, "waiters", l.Waiters(), 2)

		must(fa.SetResult(0))
		b.Cancel()
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "locked after both", l.Locked(), false)
		waittest.Equal(t, "a done, b cancelled", []bool{a.Done(), b.Cancelled()}, []bool{true, true})
		_, err := c.Await(ctx)
		waittest.Is(t, "c", err, nil)
	})
}

// LockTests.test_cancel_release_race: the first waiter is
// cancelled in the callback that releases the lock; only one of the others gets
// it.
func TestLockCancelReleaseRace(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var l locks.Lock
		calls, locked := 0, 0
		lockIt := func(ctx context.Context) error {
			calls++
			if err := l.Acquire(ctx); err != nil {
				return err
			}
			locked++
			return nil
		}
		must(l.Acquire(ctx))
		t1, t2, t3 := tasks.Go(ctx, lockIt), tasks.Go(ctx, lockIt), tasks.Go(ctx, lockIt)
		waittest.Turns(ctx, 1)
		loopOf(ctx).CallSoon(func() {
			t1.Cancel()
			must(l.Release())
		})
		_, err := t1.Await(ctx)
		waittest.Is(t, "t1", err, futures.ErrCancelled)
		waittest.Equal(t, "calls, locked", []int{calls, locked}, []int{3, 1})
		waittest.Equal(t, "t2 done, t3 done", []bool{t2.Done(), t3.Done()}, []bool{true, false})
		t3.Cancel()
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "t3 cancelled", t3.Cancelled(), true)
	})
}

// LockTests.test_finished_waiter_cancelled: a waiter that is
// cancelled just before the release leaves the wake-up to the next.
func TestLockFinishedWaiterCancelled(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var l locks.Lock
		must(l.Acquire(ctx))
		b := tasks.Go(ctx, l.Acquire)
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "waiters", l.Waiters(), 1)
		c := tasks.Go(ctx, l.Acquire)
		b.Cancel()
		must(l.Release())
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "locked", l.Locked(), true)
		waittest.Equal(t, "b cancelled", b.Cancelled(), true)
		_, err := c.Await(ctx)
		waittest.Is(t, "c", err, nil)
	})
}

// A release wakes the first waiter and nobody else: if that is cancelled, the
// second waits until the first has run, which wakes it.
func TestLockReleaseBehindCancelled(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var l locks.Lock
		must(l.Acquire(ctx))
		a, b := tasks.Go(ctx, l.Acquire), tasks.Go(ctx, l.Acquire)
		waittest.Turns(ctx, 1)
		a.Cancel()
		must(l.Release())
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "done after one iteration", []bool{a.Done(), b.Done()}, []bool{true, false})
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "done after two", b.Done(), true)
	})
}

// A lock that is free is taken at once if all its waiters are cancelled, though
// they stand in line until they have run.
func TestLockAllWaitersCancelled(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var l locks.Lock
		must(l.Acquire(ctx))
		a, b := tasks.Go(ctx, l.Acquire), tasks.Go(ctx, l.Acquire)
		waittest.Turns(ctx, 1)
		a.Cancel()
		b.Cancel()
		must(l.Release())
		waittest.Equal(t, "waiters", l.Waiters(), 2)
		waittest.Equal(t, "TryAcquire", l.TryAcquire(), true)
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "waiters", l.Waiters(), 0)
	})
}

// holder is what has Acquire, With and so on.
type holder interface {
	Acquire(ctx context.Context) error
	TryAcquire() bool
	Locked() bool
	With(ctx context.Context, fn func(ctx context.Context) error) error
}

func holders() map[string]holder {
	return map[string]holder{
		"Lock":             new(locks.Lock),
		"Condition":        new(locks.Condition),
		"Semaphore":        locks.NewSemaphore(1),
		"BoundedSemaphore": locks.NewBoundedSemaphore(1),
	}
}

func TestWith(t *testing.T) {
	for name, l := range holders() {
		t.Run(name, func(t *testing.T) {
			waittest.Run(t, func(ctx context.Context) {
				for _, want := range []error{nil, errBody} {
					err := l.With(ctx, func(ctx context.Context) error {
						waittest.Equal(t, "locked inside", l.Locked(), true)
						return want
					})
					waittest.Is(t, "With", err, want)
					waittest.Equal(t, "locked after With", l.Locked(), false)
				}
				text := waittest.Panics(func() {
					l.With(ctx, func(context.Context) error { panic("a panic of the body") })
				})
				waittest.Equal(t, "panic", text, "a panic of the body")
				waittest.Equal(t, "locked after a panic", l.Locked(), false)

				must(l.Acquire(ctx))
				called := false
				task := tasks.Go(ctx, func(ctx context.Context) error {
					return l.With(ctx, func(context.Context) error { called = true; return nil })
				})
				waittest.Turns(ctx, 1)
				task.Cancel("why")
				waittest.Turns(ctx, 1)
				waittest.Equal(t, "error of a cancelled With", waittest.Describe(task.Err()), "cancelled(why)")
				waittest.Equal(t, "its function was called", called, false)
				waittest.Equal(t, "locked still", l.Locked(), true)
			})
		})
	}
}

// A task's runtime.Goexit, such as t.FailNow, releases what it holds.
func TestWithGoexit(t *testing.T) {
	quiet := runners.WithLoop(eventloop.WithExceptionHandler(func(*eventloop.Loop, eventloop.Event) {}))
	for name, l := range holders() {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			done := make(chan struct{})
			var inside bool
			go func() {
				defer close(done)
				runners.Run(context.Background(), func(ctx context.Context) error {
					return l.With(ctx, func(ctx context.Context) error {
						inside = l.Locked()
						runtime.Goexit()
						return nil
					})
				}, quiet)
				t.Error("Run returned")
			}()
			<-done
			waittest.Equal(t, "locked inside, after", []bool{inside, l.Locked()}, []bool{true, false})
		})
	}
}

// A function that releases the lock itself makes the Release of With fail. That
// error takes the place of its own, as in asyncio.
func TestWithReleasedInside(t *testing.T) {
	var l locks.Lock
	var c locks.Condition
	b := locks.NewBoundedSemaphore(1)
	for _, tc := range []struct {
		name    string
		with    func(ctx context.Context, fn func(ctx context.Context) error) error
		release func() error
		want    error
	}{
		{"Lock", l.With, l.Release, locks.ErrNotAcquired},
		{"Condition", c.With, c.Release, locks.ErrNotAcquired},
		{"BoundedSemaphore", b.With, b.Release, locks.ErrOverReleased},
	} {
		t.Run(tc.name, func(t *testing.T) {
			waittest.Run(t, func(ctx context.Context) {
				for _, own := range []error{nil, errBody, &futures.CancelledError{}} {
					err := tc.with(ctx, func(context.Context) error {
						must(tc.release())
						return own
					})
					waittest.Is(t, fmt.Sprintf("With of a function that returns %v", own), err, tc.want)
					waittest.Equal(t, "it counts as cancelled", futures.IsCancelled(err), false)
				}
			})
		})
	}
}
