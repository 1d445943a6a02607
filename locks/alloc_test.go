package locks_test

import (
	"context"
	"testing"

	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/tasks"
)

// What need not wait does not allocate, and neither do tasks that wait by turns.
func TestAllocations(t *testing.T) {
	t.Setenv("ASYNCIO_DEBUG", "") // which looks up goroutines
	waittest.Run(t, func(ctx context.Context) {
		var l locks.Lock
		s := locks.NewSemaphore(1)
		var e locks.Event
		e.Set()
		waittest.Equal(t, "allocations without waiting", testing.AllocsPerRun(100, func() {
			must(l.Acquire(ctx))
			must(l.Release())
			must(s.Acquire(ctx))
			s.Release()
			must(e.Wait(ctx))
		}), 0)

		other := tasks.Go(ctx, func(ctx context.Context) error {
			for {
				if err := l.Acquire(ctx); err != nil {
					return err
				}
				if err := tasks.Sleep(ctx, 0); err != nil {
					return err
				}
				must(l.Release())
			}
		})
		waited := 0
		waittest.Equal(t, "allocations by turns", testing.AllocsPerRun(100, func() {
			if l.Locked() || l.Waiters() > 0 {
				waited++
			}
			must(l.Acquire(ctx))
			must(tasks.Sleep(ctx, 0))
			must(l.Release())
		}), 0)
		if waited < 90 {
			t.Errorf("it had to wait %d times", waited)
		}
		other.Cancel()
	})
}
