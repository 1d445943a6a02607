package locks_test

import (
	"context"
	"testing"

	"github.com/goasyncio/asyncio/internal/waitq/waittest"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/tasks"
)

func TestEvent(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var e locks.Event
		waittest.Equal(t, "set at first", e.IsSet(), false)
		var got []int
		for i := range 3 {
			tasks.Go(ctx, func(ctx context.Context) error {
				err := e.Wait(ctx)
				got = append(got, i)
				return err
			})
		}
		waittest.Turns(ctx, 2)
		waittest.Equal(t, "what it says of itself", e.String(), "an event that is not set (3 waiting)")
		e.Set()
		e.Set()
		waittest.Equal(t, "set", e.IsSet(), true)
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "order", got, []int{0, 1, 2})
		waittest.Equal(t, "what it says of itself", e.String(), "an event that is set (0 waiting)")
		waittest.Is(t, "Wait of a set event", e.Wait(ctx), nil)
	})
}

// A task that was woken does not look again: it returns though the event was
// cleared before it ran. One that comes after the Clear waits for the next Set,
// which leaves those alone that the first has woken.
func TestEventClearBeforeTheWaiterRuns(t *testing.T) {
	waittest.Run(t, func(ctx context.Context) {
		var e locks.Event
		a := tasks.Go(ctx, e.Wait)
		waittest.Turns(ctx, 1)
		e.Set()
		e.Clear()
		b := tasks.Go(ctx, e.Wait)
		waittest.Turns(ctx, 2)
		waittest.Equal(t, "a done, b done", []bool{a.Done(), b.Done()}, []bool{true, false})
		c := tasks.Go(ctx, e.Wait)
		waittest.Turns(ctx, 1)
		b.Cancel()
		e.Set()
		e.Clear()
		e.Set()
		waittest.Turns(ctx, 1)
		waittest.Equal(t, "b cancelled, c done", []bool{b.Cancelled(), c.Done()}, []bool{true, true})
	})
}
