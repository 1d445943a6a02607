package eventloop_test

// Virtual time, holds, and loops that cannot go on.

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// In virtual time the clock moves only when nothing is ready, and then to the
// next timer.
func TestVirtualTime(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	var got []time.Duration
	note := func() { got = append(got, l.Time()) }
	l.CallLater(time.Hour, func() {
		note()
		for range 100 {
			l.CallSoon(func() {}) // takes no time
		}
		l.CallSoon(note)
		l.CallLater(1000*time.Hour, func() { note(); l.Stop() })
	})
	l.CallLater(time.Minute, note)
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	want := []time.Duration{time.Minute, time.Hour, time.Hour, 1001 * time.Hour}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// While the loop is held, virtual time stands still.
func TestHoldStopsVirtualTime(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	var got []string
	l.CallLater(time.Hour, func() { logf(&got, "timer at %v", l.Time()); l.Stop() })
	release := l.Hold()
	second := l.Hold()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		l.CallSoonThreadsafe(func() {
			logf(&got, "job at %v", l.Time())
			second()
		})
		release()
		release() // counts once
	}()
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	<-gone
	if diff := cmp.Diff([]string{"job at 0s", "timer at 1h0m0s"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A nosy clock does something when it is asked for the time.
type nosy struct {
	eventloop.VirtualClock
	asked func()
}

func (c *nosy) Now() time.Duration {
	if c.asked != nil {
		c.asked()
	}
	return c.VirtualClock.Now()
}

// Pitfall: another goroutine posts and lets go of its hold after the loop has
// looked for posts and before it looks for holds. Time must not jump past it.
func TestPitfallPostAndReleaseBeforeTheJump(t *testing.T) {
	leak.Check(t)
	clock := new(nosy)
	l := eventloop.New(eventloop.WithClock(clock))
	defer l.Close()
	var got []string
	l.CallAt(time.Hour, func() { logf(&got, "timer at %v", l.Time()); l.Stop() })
	release := l.Hold()
	clock.asked = func() {
		clock.asked = nil
		l.CallSoonThreadsafe(func() { logf(&got, "job at %v", l.Time()) })
		release()
	}
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"job at 0s", "timer at 1h0m0s"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// stuck starts tasks that wait for what nobody will do.
func stuck(l *eventloop.Loop) *futures.Future[int] {
	ctx := l.Context(context.Background())
	f := futures.On[int](l)
	reader := tasks.Create(ctx, f.Await, tasks.WithName("reader"))
	tasks.Create(ctx, reader.Await, tasks.WithName("joiner"))
	return f
}

func quiet(*eventloop.Loop, eventloop.Event) {}

func TestDeadlockIsAnError(t *testing.T) {
	for name, opts := range map[string][]eventloop.Option{
		"in virtual time": {eventloop.WithClock(new(eventloop.VirtualClock))},
		"where asked for": {eventloop.WithDeadlockError()},
	} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			l := eventloop.New(append(opts, eventloop.WithExceptionHandler(quiet))...)
			defer l.Close()
			f := stuck(l)
			err := l.RunUntilComplete(f)
			var d *eventloop.DeadlockError
			if !errors.As(err, &d) {
				t.Fatalf("%v, want a DeadlockError", err)
			}
			want := []string{"reader waits for future 1", "joiner waits for reader"}
			if diff := cmp.Diff(want, d.Waiting()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			for _, line := range d.Waiting() {
				if !strings.Contains(err.Error(), "\n\t"+line+"\n") {
					t.Errorf("no line %q in the text\n%s", line, err)
				}
			}
			// The loop has only left RunForever.
			l.CallSoon(func() { f.SetResult(1) })
			if err := l.RunUntilComplete(f); err != nil {
				t.Errorf("the next run: %v", err)
			}
		})
	}
}

// A hold that is released without a post leaves the loop to find that nobody will
// wake it any more.
func TestDeadlockAfterAHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		l := eventloop.New(eventloop.WithDeadlockError(), eventloop.WithExceptionHandler(quiet))
		defer l.Close()
		f := stuck(l)
		time.AfterFunc(time.Hour, l.Hold())
		var d *eventloop.DeadlockError
		if err := l.RunUntilComplete(f); !errors.As(err, &d) {
			t.Errorf("%v, want a DeadlockError", err)
		}
		if l.Time() != time.Hour {
			t.Errorf("found at %v", l.Time())
		}
	})
}

// In virtual time a loop without tasks cannot go on either.
func TestDeadlockWithoutTasks(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	var d *eventloop.DeadlockError
	if err := l.RunForever(); !errors.As(err, &d) || len(d.Waiting()) != 0 {
		t.Errorf("%v, want a DeadlockError of no tasks", err)
	}
}

// In real time a deadlock is reported once, and the loop stays parked: what
// wakes it may be unknown to it.
func TestDeadlockIsReportedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		var got []string
		l := eventloop.New(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
			var d *eventloop.DeadlockError
			logf(&got, "%s at %v: %t", e.Reason, l.Time(), errors.As(e.Err, &d))
		}))
		defer l.Close()
		f := stuck(l)
		for _, d := range []time.Duration{time.Second, time.Minute} {
			time.AfterFunc(d, func() { l.CallSoonThreadsafe(func() { logf(&got, "woken at %v", l.Time()) }) })
		}
		time.AfterFunc(time.Hour, func() { l.CallSoonThreadsafe(func() { f.SetResult(1) }) })
		if err := l.RunUntilComplete(f); err != nil {
			t.Error(err)
		}
		want := []string{"deadlock at 0s: true", "woken at 1s", "woken at 1m0s"}
		if diff := cmp.Diff(want, got[:min(len(got), 3)]); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if l.Time() != time.Hour {
			t.Errorf("time %v at the end", l.Time())
		}
	})
}

// What may wake the loop is no deadlock.
func TestNoDeadlock(t *testing.T) {
	tests := []struct {
		name string
		wake func(t *testing.T, l *eventloop.Loop, f *futures.Future[int])
	}{
		{"a hold", func(t *testing.T, l *eventloop.Loop, f *futures.Future[int]) {
			release := l.Hold()
			time.AfterFunc(time.Hour, func() {
				l.CallSoonThreadsafe(func() { f.SetResult(1) })
				release()
			})
		}},
		{"a hold beside another that was released twice", func(t *testing.T, l *eventloop.Loop, f *futures.Future[int]) {
			release, other := l.Hold(), l.Hold()
			other()
			other()
			time.AfterFunc(time.Hour, func() {
				l.CallSoonThreadsafe(func() { f.SetResult(1) })
				release()
			})
		}},
		{"a watched ctx", func(t *testing.T, l *eventloop.Loop, f *futures.Future[int]) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
			t.Cleanup(cancel)
			l.Watch(ctx, func(error) { f.SetResult(1) })
		}},
		{"a timer", func(t *testing.T, l *eventloop.Loop, f *futures.Future[int]) {
			l.CallLater(time.Hour, func() { f.SetResult(1) })
		}},
		{"a post", func(t *testing.T, l *eventloop.Loop, f *futures.Future[int]) {
			l.CallSoon(func() { l.CallSoonThreadsafe(func() { f.SetResult(1) }) })
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				leak.Check(t)
				l := eventloop.New(eventloop.WithDeadlockError())
				defer l.Close()
				f := futures.On[int](l)
				tasks.Create(l.Context(context.Background()), f.Await)
				tt.wake(t, l, f)
				if err := l.RunUntilComplete(f); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// The default report of a deadlock goes to the log, with who waits for what.
func TestDeadlockIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		var log bytes.Buffer
		l := eventloop.New(eventloop.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
		defer l.Close()
		f := futures.On[int](l)
		tasks.Create(l.Context(context.Background()), f.Await, tasks.WithName("reader"))
		time.AfterFunc(time.Hour, func() { l.CallSoonThreadsafe(func() { f.SetResult(1) }) })
		if err := l.RunUntilComplete(f); err != nil {
			t.Error(err)
		}
		if text := log.String(); strings.Count(text, "deadlock: a task waits") != 1 || !strings.Contains(text, "reader waits for future 1") {
			t.Errorf("log:\n%s", text)
		}
	})
}
