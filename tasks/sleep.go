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
	if d <= 0 {
		// asyncio: __sleep0. The usual case is written out here, see coro.Suspend.
		if co := coro.Yielding(ctx); co != nil {
			if co.Suspend(nil) != nil {
				return co.Thrown()
			}
			return nil
		}
		return coro.Await(ctx, nil)
	}
	// Asked before there is a timer, as the loop may not be the caller's to touch.
	co := coro.Running(ctx)
	if co == nil {
		if err := coro.Check(ctx); err != nil {
			return err
		}
	}
	s := newSleeper(ctx, d)
	var err error
	if co == nil {
		err = s.await(ctx)
	} else if co.Suspend(s) != nil {
		err = co.Thrown()
	}
	s.timer.Cancel()
	return err
}

func newSleeper(ctx context.Context, d time.Duration) *sleeper {
	s := new(sleeper)
	l := loopOf(ctx)
	s.Bind(l.Turn())
	l.InitTimerLater(&s.timer, d, s)
	return s
}

// await is for the waits that may be unwound: by a coroutine that ignores Close.
func (s *sleeper) await(ctx context.Context) error {
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
