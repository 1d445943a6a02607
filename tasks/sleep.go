package tasks

import (
	"context"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/future"
	"github.com/goasyncio/asyncio/internal/waits"
)

// Sleep suspends the task for d (asyncio: sleep). If d is zero or less, it gives
// way for one iteration of the loop, without a timer. It returns an error when
// the task is cancelled, or when ctx was derived with a deadline and ends.
func Sleep(ctx context.Context, d time.Duration) error {
	if d > 0 {
		return sleep(ctx, d)
	}
	// asyncio: __sleep0. The usual case is written out here, see coro.Suspend.
	if co := coro.Yielding(ctx); co != nil {
		if co.Suspend(nil) != nil {
			return co.Thrown()
		}
		return nil
	}
	return coro.Await(ctx, nil)
}

func sleep(ctx context.Context, d time.Duration) error {
	if err := coro.Check(ctx); err != nil {
		return err // before the timer, as the loop may not be the caller's to touch
	}
	s := new(sleeper)
	l := loopOf(ctx)
	s.Bind(l)
	l.InitTimerLater(&s.timer, d, s)
	defer s.timer.Cancel()
	return coro.Await(ctx, s)
}

// sleeper is the future that a sleep waits for and the timer that completes it,
// in one allocation.
type sleeper struct {
	future.Core
	timer eventloop.TimerHandle
}

// Run is called by the timer.
func (s *sleeper) Run() { s.Finish(nil, s) }

// String says what the task waits for.
func (s *sleeper) String() string { return "a sleep until " + s.timer.When().String() }

// Explain implements [waits.Explainer].
func (s *sleeper) Explain() waits.Reason {
	return waits.Reason{Kind: "sleep", Until: s.timer.When()}
}
