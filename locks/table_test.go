package locks_test

// What all methods that wait have in common: see waittest.Table.

import (
	"context"
	"fmt"
	"testing"

	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/locks"
)

func TestCalls(t *testing.T) {
	waittest.Table(t, []waittest.Call{
		{Name: "Lock.Acquire", New: func() waittest.Object {
			var l locks.Lock
			return waittest.Object{
				Do:      l.Acquire,
				Block:   func() { l.TryAcquire() },
				Unblock: func(context.Context) { must(l.Release()) },
				State:   l.String,
				Single:  true,
				Waits:   "lock 1 (held, 1 waiting)",
			}
		}},
		{Name: "Lock.With", New: func() waittest.Object {
			var l locks.Lock
			return waittest.Object{
				Do: func(ctx context.Context) error {
					return l.With(ctx, func(context.Context) error { return nil })
				},
				Block:   func() { l.TryAcquire() },
				Unblock: func(context.Context) { must(l.Release()) },
				State:   l.String,
				Waits:   "lock 1 (held, 1 waiting)",
			}
		}},
		{Name: "Event.Wait", New: func() waittest.Object {
			e := new(locks.Event)
			e.Set()
			return waittest.Object{
				Do:      e.Wait,
				Block:   e.Clear,
				Unblock: func(context.Context) { e.Set() },
				State:   e.String,
				Waits:   "event 1 (1 waiting)",
			}
		}},
		{Name: "Condition.Acquire", New: func() waittest.Object {
			var l locks.Lock
			c := locks.NewCondition(&l)
			return waittest.Object{
				Do:      c.Acquire,
				Block:   func() { c.TryAcquire() },
				Unblock: func(context.Context) { must(c.Release()) },
				State:   func() string { return c.String() + ", " + l.String() },
				Single:  true,
				Waits:   "lock 1 (held, 1 waiting)",
			}
		}},
		{Name: "Condition.Wait", New: func() waittest.Object {
			var l locks.Lock
			c := locks.NewCondition(&l)
			return waittest.Object{
				Do: func(ctx context.Context) error {
					c.TryAcquire()
					defer c.Release()
					return c.Wait(ctx)
				},
				Unblock: func(context.Context) {
					c.TryAcquire()
					must(c.Notify(1))
					must(c.Release())
				},
				State:    func() string { return c.String() + ", " + l.String() },
				Single:   true,
				Spurious: true,
				Waits:    "condition 1 (1 waiting)",
			}
		}},
		{Name: "Condition.WaitFor", New: func() waittest.Object {
			var c locks.Condition
			likes := 100
			return waittest.Object{
				Do: func(ctx context.Context) error {
					c.TryAcquire()
					defer c.Release()
					return c.WaitFor(ctx, func() bool { likes--; return likes >= 0 })
				},
				Block: func() { likes = 0 },
				Unblock: func(context.Context) {
					likes = 1
					c.TryAcquire()
					must(c.Notify(1))
					must(c.Release())
				},
				State:  func() string { return fmt.Sprint(c.String(), c.Locked()) },
				Single: true,
				Waits:  "condition 1 (1 waiting)",
			}
		}},
		{Name: "Semaphore.Acquire", New: func() waittest.Object {
			s := locks.NewSemaphore(1)
			return waittest.Object{
				Do:      s.Acquire,
				Block:   func() { s.TryAcquire() },
				Unblock: func(context.Context) { s.Release() },
				State:   s.String,
				Single:  true,
				Waits:   "semaphore 1 (0 free, 1 waiting)",
			}
		}},
		{Name: "Semaphore.With", New: func() waittest.Object {
			s := locks.NewSemaphore(1)
			return waittest.Object{
				Do: func(ctx context.Context) error {
					return s.With(ctx, func(context.Context) error { return nil })
				},
				Block:   func() { s.TryAcquire() },
				Unblock: func(context.Context) { s.Release() },
				State:   s.String,
				Waits:   "semaphore 1 (0 free, 1 waiting)",
			}
		}},
		{Name: "BoundedSemaphore.Acquire", New: func() waittest.Object {
			s := locks.NewBoundedSemaphore(2)
			s.TryAcquire()
			return waittest.Object{
				Do:      s.Acquire,
				Block:   func() { s.TryAcquire() },
				Unblock: func(context.Context) { must(s.Release()) },
				State:   s.String,
				Single:  true,
				Waits:   "semaphore 1 (0 free, 1 waiting)",
			}
		}},
		{Name: "Barrier.Wait", New: func() waittest.Object {
			b := locks.NewBarrier(2)
			return waittest.Object{
				Do:      func(ctx context.Context) error { _, err := b.Wait(ctx); return err },
				Unblock: func(ctx context.Context) { _, err := b.Wait(ctx); must(err) },
				State:   b.String,
				Waits:   "barrier 1 (1 of 2 there, 1 waiting)",
			}
		}},
	})
}
