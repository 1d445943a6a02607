package eventloop_test

// Times at the ends of what a Duration holds.

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// startAt returns a loop in virtual time whose clock shows now.
func startAt(t *testing.T, now time.Duration) *eventloop.Loop {
	clock := new(eventloop.VirtualClock)
	clock.Advance(now)
	l := eventloop.New(eventloop.WithClock(clock))
	t.Cleanup(func() { l.Close() })
	return l
}

func TestExtremeTimes(t *testing.T) {
	const most, least = math.MaxInt64, math.MinInt64
	for _, now := range []time.Duration{0, time.Hour, most - 1, most} {
		t.Run(now.String(), func(t *testing.T) {
			leak.Check(t)
			l := startAt(t, now)
			var got []string
			say := func(s string) func() { return func() { logf(&got, "%s", s) } }
			l.CallLater(most, say("later, most"))
			l.CallAt(most, func() { say("at most")(); l.Stop() })
			l.CallLater(least, say("later, least"))
			l.CallAt(least, say("at least"))
			l.CallAt(least+1, say("at least but one"))
			l.CallLater(-1, say("later, -1"))
			if err := l.RunForever(); err != nil {
				t.Fatal(err)
			}
			want := []string{"at least", "later, least", "at least but one", "later, -1", "later, most", "at most"}
			if now == 0 {
				want[0], want[1] = want[1], want[0] // one moment: by age
			} else {
				want[1], want[2] = want[2], want[1]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if l.Time() != most {
				t.Errorf("time %v at the end", l.Time())
			}
		})
	}
}

// In real time what is far in the past is due, and what is at the end of time
// waits without disturbing anybody.
func TestExtremeTimesOfTheSystemClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		l := eventloop.New()
		defer l.Close()
		var got []string
		l.CallLater(math.MaxInt64, func() { logf(&got, "most") })
		l.CallLater(math.MinInt64, func() {
			logf(&got, "least")
			l.CallLater(math.MinInt64, func() { logf(&got, "least again at %v", l.Time()) })
		})
		l.CallLater(time.Second, func() {
			l.CallLater(math.MinInt64, func() { logf(&got, "and again at %v", l.Time()); l.CallLater(time.Hour, l.Stop) })
		})
		if err := l.RunForever(); err != nil {
			t.Fatal(err)
		}
		want := []string{"least", "least again at 0s", "and again at 1s"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if l.Time() != time.Hour+time.Second {
			t.Errorf("time %v at the end", l.Time())
		}
	})
}

// A timer that is long overdue when the loop comes to it, with nothing else to
// do, fires at once.
func TestOverdueTimer(t *testing.T) {
	leak.Check(t)
	clock := new(eventloop.VirtualClock)
	l := eventloop.New(eventloop.WithClock(clock))
	defer l.Close()
	l.CallLater(math.MinInt64, l.Stop)
	clock.Advance(time.Second)
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if l.Time() != time.Second {
		t.Errorf("time went on to %v", l.Time())
	}
}

func TestSleepToTheEndOfTime(t *testing.T) {
	leak.Check(t)
	l := startAt(t, time.Hour)
	main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		return tasks.Sleep(ctx, math.MaxInt64)
	})
	if err := l.RunUntilComplete(main); err != nil || main.Err() != nil {
		t.Errorf("%v, %v", err, main.Err())
	}
}

func TestVirtualClock(t *testing.T) {
	var c eventloop.VirtualClock
	var got []time.Duration
	for _, d := range []time.Duration{0, time.Second, math.MaxInt64, 1} {
		c.Advance(d)
		got = append(got, c.Now())
	}
	want := []time.Duration{0, time.Second, math.MaxInt64, math.MaxInt64}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	defer func() {
		if got, want := recover(), "asyncio: a virtual clock cannot go back"; got != want {
			t.Errorf("panic %v, want %q", got, want)
		}
	}()
	c.Advance(-1)
}
