package eventloop_test

// A loop that has nothing to do does nothing.

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// A counter is the system's clock, which counts how often it is asked.
type counter struct {
	start time.Time
	asked int
}

func (c *counter) Now() time.Duration {
	c.asked++
	return -time.Until(c.start)
}

// Between two timers the loop sleeps.
func TestIdleLoopSleeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		clock := &counter{start: time.Now()}
		l := eventloop.New(eventloop.WithClock(clock))
		defer l.Close()
		const naps = 24
		main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
			for range naps {
				if err := tasks.Sleep(ctx, time.Hour); err != nil {
					return err
				}
			}
			return nil
		})
		if err := l.RunUntilComplete(main); err != nil {
			t.Fatal(err)
		}
		if l.Time() != naps*time.Hour {
			t.Errorf("%v passed, want %v", l.Time(), naps*time.Hour)
		}
		// Each nap asks when it is set up, before the loop sleeps and after.
		if clock.asked > 5*naps {
			t.Errorf("the clock was asked %d times for %d naps: the loop does not sleep", clock.asked, naps)
		}
	})
}

// Timers are entries of a heap, not goroutines.
func TestTimersAreNoGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		l := eventloop.New()
		defer l.Close()
		const n = 100_000
		started, fired := leak.Count(), 0
		for i := range n {
			l.CallLater(time.Duration(i%100)*time.Second, func() { fired++ })
		}
		l.CallLater(time.Hour, func() {
			if n := started(); n != 0 {
				t.Errorf("%d goroutines that were not there before the timers", n)
			}
			l.Stop()
		})
		if err := l.RunForever(); err != nil {
			t.Fatal(err)
		}
		if fired != n {
			t.Errorf("%d timers fired, want %d", fired, n)
		}
	})
}

// A wake-up that comes while the loop works ends the next sleep once, and no
// more.
func TestWakeUpsDoNotPileUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		clock := &counter{start: time.Now()}
		l := eventloop.New(eventloop.WithClock(clock))
		defer l.Close()
		l.CallSoon(func() {
			for range 1000 {
				l.CallSoonThreadsafe(func() {})
			}
			clock.asked = 0
		})
		l.CallLater(time.Hour, l.Stop)
		if err := l.RunForever(); err != nil {
			t.Fatal(err)
		}
		if clock.asked > 10 {
			t.Errorf("the clock was asked %d times", clock.asked)
		}
	})
}
