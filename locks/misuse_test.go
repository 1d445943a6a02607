package locks_test

import (
	"context"
	"strings"
	"testing"

	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/locks"
)

// What is a bug of the program panics with a sentence.
func TestPanics(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var l locks.Lock
		var c locks.Condition
		var b locks.Barrier
		for _, tc := range []struct {
			name string
			call func()
			want string
		}{
			{"NewSemaphore", func() { locks.NewSemaphore(-1) }, "asyncio: NewSemaphore of a negative number of slots"},
			{"NewBoundedSemaphore", func() { locks.NewBoundedSemaphore(-1) }, "asyncio: NewBoundedSemaphore of a negative number of slots"},
			{"NewBarrier", func() { locks.NewBarrier(0) }, "asyncio: NewBarrier of less than one party"},
			{"Barrier.Wait", func() { b.Wait(ctx) }, "asyncio: Wait on a Barrier that NewBarrier has not made"},
			{"Lock.With", func() { l.With(ctx, nil) }, "asyncio: With of a nil function"},
			{"Condition.With", func() { c.With(ctx, nil) }, "asyncio: With of a nil function"},
			{"Semaphore.With", func() { locks.NewSemaphore(1).With(ctx, nil) }, "asyncio: With of a nil function"},
			{"BoundedSemaphore.With", func() { locks.NewBoundedSemaphore(1).With(ctx, nil) }, "asyncio: With of a nil function"},
			{"Condition.WaitFor", func() { c.WaitFor(ctx, nil) }, "asyncio: WaitFor of a nil function"},
			{"Lock.Acquire without a loop", func() { l.Acquire(context.Background()) },
				"asyncio: ctx has no event loop; pass the ctx that the task's function received"},
		} {
			waittest.Equal(t, "panic of "+tc.name, waittest.Panics(tc.call), tc.want)
		}
		waittest.Equal(t, "the lock is free", l.TryAcquire(), true)
	})
}

// What is a state is an error, and changes nothing.
func TestErrors(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var l locks.Lock
		var c locks.Condition
		b := locks.NewBarrier(2)
		must(b.Abort(ctx))
		_, broken := b.Wait(ctx)
		for _, tc := range []struct {
			name      string
			err, want error
		}{
			{"Release of a free lock", l.Release(), locks.ErrNotAcquired},
			{"Release of a condition's free lock", c.Release(), locks.ErrNotAcquired},
			{"Wait without the lock", c.Wait(ctx), locks.ErrNotAcquired},
			{"Notify without the lock", c.Notify(1), locks.ErrNotAcquired},
			{"NotifyAll without the lock", c.NotifyAll(), locks.ErrNotAcquired},
			{"Release of all slots", locks.NewBoundedSemaphore(3).Release(), locks.ErrOverReleased},
			{"Wait at a broken barrier", broken, locks.ErrBrokenBarrier},
		} {
			waittest.Is(t, tc.name, tc.err, tc.want)
			text := tc.err.Error()
			waittest.Equal(t, "form of "+text, strings.HasPrefix(text, "asyncio: ") && strings.Contains(text, "; "), true)
		}
		waittest.Equal(t, "locked", []bool{l.Locked(), c.Locked()}, []bool{false, false})
	})
}
