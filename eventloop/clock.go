package eventloop

import (
	"math"
	"time"
)

// A Clock tells a loop the time, as a duration since some moment of the clock's
// own choice. It must not go back. If it also has a method
//
//	Resolution() time.Duration
//
// then timers fire up to that much early, as asyncio's do; the default is one
// nanosecond, which means never.
type Clock interface {
	Now() time.Duration
}

// An Advancer is a virtual clock: one that stands still but for Advance. A loop
// with such a clock never sleeps. When nothing is ready it advances the clock to
// its next timer.
type Advancer interface {
	Clock
	Advance(d time.Duration)
}

// VirtualClock is an [Advancer] that starts at 0. Its zero value is ready to
// use, for one loop.
type VirtualClock struct{ now time.Duration }

// Now returns the clock's time.
func (c *VirtualClock) Now() time.Duration { return c.now }

// Advance moves the clock on by d, which must not be negative.
func (c *VirtualClock) Advance(d time.Duration) {
	if d < 0 {
		panic("asyncio: a virtual clock cannot go back")
	}
	c.now = after(c.now, d)
}

// systemClock is the machine's monotonic clock. Inside a synctest bubble it is
// the bubble's.
type systemClock struct{ start time.Time }

func (c systemClock) Now() time.Duration { return time.Since(c.start) }

// after returns t + d, or the end of time rather than an overflow.
func after(t, d time.Duration) time.Duration {
	sum := t + d
	switch {
	case d > 0 && sum < t:
		return math.MaxInt64
	case d < 0 && sum > t:
		return math.MinInt64
	}
	return sum
}
