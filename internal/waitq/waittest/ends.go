package waittest

// What becomes of a call when its loop ends, or is not the right one.

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// otherLoop checks that an object belongs to the loop of the first that waited.
func (c *Call) otherLoop(t *testing.T) {
	var o Object
	Run(t, func(ctx context.Context) {
		var task *tasks.Task[struct{}]
		o, _, task = c.start(t, ctx, Contexts()[0])
		task.Cancel()
	})
	Run(t, func(ctx context.Context) {
		before := o.State()
		err := o.Do(ctx)
		Is(t, "a wait in another loop", err, eventloop.ErrForeignLoop)
		Equal(t, "state after the error", o.State(), before)
	})
}

// closed checks a call that waits while its loop is closed.
func (c *Call) closed(t *testing.T) {
	leak.Check(t)
	l := eventloop.New(eventloop.WithClock(new(eventloop.VirtualClock)),
		eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) {
			if e.Reason != eventloop.ReasonDestroyed && e.Reason != eventloop.ReasonIgnoredClose {
				t.Errorf("reported: %v: %v", e.Reason, e.Err)
			}
		}))
	o := c.New()
	if o.Block != nil {
		o.Block()
	}
	before := o.State()
	calls := 0
	var err error
	tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		for err = o.Do(ctx); errors.Is(err, coro.ErrClosed); err = o.Do(ctx) {
			calls++ // until it is unwound by force
		}
		return err
	})
	l.CallSoon(l.Stop)
	Must(l.RunForever())
	Equal(t, "a task waits", o.State() == before, false)
	Must(l.Close())
	Is(t, "the call", err, coro.ErrClosed)
	Equal(t, "it was called again and again", calls > 1, true)
	Equal(t, "state after the end", o.State(), before)
}

// deadlock checks what is said of a call that nothing can wake.
func (c *Call) deadlock(t *testing.T) {
	leak.Check(t)
	o := c.New()
	if o.Block != nil {
		o.Block()
	}
	err := runners.Run(context.Background(), o.Do, runners.WithVirtualTime(), Report(t))
	var d *eventloop.DeadlockError
	if !errors.As(err, &d) {
		t.Fatalf("the run: got %v, want a DeadlockError", err)
	}
	Equal(t, "who waits for what", d.Waiting(), []string{fmt.Sprintf("Task-1 waits for %s", o.Waits)})
}
