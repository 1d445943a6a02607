package eventloop_test

// How a loop starts, stops, runs until something is done, and is closed.

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// CPython: test_run_forever_pre_stopped. A loop that is stopped before it runs
// runs one iteration.
func TestStopBeforeTheRun(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	var got []string
	l.CallSoon(func() {
		logf(&got, "a")
		l.CallSoon(func() { logf(&got, "next iteration") })
	})
	l.CallLater(0, func() { logf(&got, "timer") })
	l.CallLater(time.Hour, func() { logf(&got, "later") })
	l.Stop()
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if l.Time() != 0 {
		t.Errorf("time went on to %v", l.Time())
	}
	if diff := cmp.Diff([]string{"a", "timer"}, got); diff != "" {
		t.Errorf("first run (-want +got)\n%s", diff)
	}
	got = nil
	turn(t, l)
	if diff := cmp.Diff([]string{"next iteration"}, got); diff != "" {
		t.Errorf("second run (-want +got)\n%s", diff)
	}
	turn(t, l) // nothing ready: it does not wait
}

// Stop is a flag: the rest of the iteration runs.
func TestStopWithin(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	var got []string
	l.CallSoon(func() { logf(&got, "a"); l.Stop() })
	l.CallSoon(func() { logf(&got, "b"); l.CallSoon(func() { logf(&got, "next") }) })
	l.CallSoon(func() { logf(&got, "c"); l.Stop() })
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	l.CallSoon(l.Stop)
	if err := l.RunForever(); err != nil { // the flag does not outlive the run
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "next"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestRunUntilComplete(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	t.Run("completed meanwhile", func(t *testing.T) {
		f := futures.On[int](l)
		l.CallLater(time.Second, func() { f.SetResult(1) })
		if err := l.RunUntilComplete(f); err != nil {
			t.Error(err)
		}
	})
	t.Run("completed before", func(t *testing.T) {
		f := futures.On[int](l)
		f.SetResult(1)
		if err := l.RunUntilComplete(f); err != nil {
			t.Error(err)
		}
	})
	t.Run("its error is not the loop's", func(t *testing.T) {
		f := futures.On[int](l)
		l.CallSoon(func() { f.SetError(errX) })
		if err := l.RunUntilComplete(f); err != nil {
			t.Error(err)
		}
		if !f.Core().Unretrieved() {
			t.Error("the loop has looked at the error")
		}
		f.Err()
	})
	t.Run("stopped earlier", func(t *testing.T) {
		f := futures.On[int](l)
		l.CallSoon(l.Stop)
		if err := l.RunUntilComplete(f); !errors.Is(err, eventloop.ErrLoopStopped) {
			t.Errorf("%v, want ErrLoopStopped", err)
		}
		if f.Core().Subscribed() {
			t.Error("the callback that stops the loop is left behind")
		}
		// Completing f now stops nothing.
		ran := false
		f.SetResult(1)
		l.CallSoon(func() { l.CallSoon(func() { ran = true; l.Stop() }) })
		if err := l.RunForever(); err != nil || !ran {
			t.Errorf("the next run: %v, complete %t", err, ran)
		}
	})
	t.Run("stopped in the iteration in which it completes", func(t *testing.T) {
		// As in asyncio: the callback is scheduled, survives, and stops the
		// next run.
		f := futures.On[int](l)
		l.CallSoon(func() { f.SetResult(1); l.Stop() })
		if err := l.RunUntilComplete(f); err != nil {
			t.Error(err)
		}
		g := futures.On[int](l)
		if err := l.RunUntilComplete(g); !errors.Is(err, eventloop.ErrLoopStopped) {
			t.Errorf("the next run: %v, want ErrLoopStopped", err)
		}
	})
}

func TestRunRefuses(t *testing.T) {
	leak.Check(t)
	l, other := newVirtual(t), newVirtual(t)
	var got []error
	l.CallSoon(func() {
		if !l.IsRunning() {
			t.Error("IsRunning is false in a callback")
		}
		got = append(got, l.RunForever(), l.RunUntilComplete(futures.On[int](l)), l.Close())
		l.Stop()
	})
	if l.IsRunning() {
		t.Error("IsRunning before the run")
	}
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if l.IsRunning() {
		t.Error("IsRunning after the run")
	}
	got = append(got, l.RunUntilComplete(futures.On[int](other)))
	l.Close()
	got = append(got, l.RunForever(), l.RunUntilComplete(futures.On[int](l)), l.Close())
	want := []error{
		eventloop.ErrLoopRunning, eventloop.ErrLoopRunning, eventloop.ErrLoopRunning,
		eventloop.ErrForeignLoop,
		eventloop.ErrLoopClosed, eventloop.ErrLoopClosed, nil,
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b error) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A loop may run within a callback of another.
func TestALoopWithinALoop(t *testing.T) {
	leak.Check(t)
	outer, inner := newVirtual(t), newVirtual(t)
	inner.CallLater(time.Hour, inner.Stop)
	outer.CallLater(time.Second, func() {
		if err := inner.RunForever(); err != nil {
			t.Error(err)
		}
		outer.Stop()
	})
	if err := outer.RunForever(); err != nil {
		t.Fatal(err)
	}
	if outer.Time() != time.Second || inner.Time() != time.Hour {
		t.Errorf("times %v and %v", outer.Time(), inner.Time())
	}
}

func TestCallsOnAClosedLoop(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	ran := func() { t.Error("a callback of a closed loop ran") }
	l.CallSoon(ran)
	l.CallLater(0, ran)
	l.CallSoonThreadsafe(ran)
	if l.IsClosed() {
		t.Error("IsClosed before Close")
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if !l.IsClosed() {
		t.Error("IsClosed is false after Close")
	}
	soon, later, at := l.CallSoon(ran), l.CallLater(0, ran), l.CallAt(0, ran)
	for name, h := range map[string]interface {
		Cancelled() bool
		Err() error
		Cancel()
	}{"CallSoon": soon, "CallLater": later, "CallAt": at} {
		h.Cancel()
		if !h.Cancelled() || !errors.Is(h.Err(), eventloop.ErrLoopClosed) {
			t.Errorf("%s: Cancelled %t, Err %v; want a handle that says ErrLoopClosed", name, h.Cancelled(), h.Err())
		}
	}
	if h, err := l.CallSoonThreadsafe(ran); h != nil || err != eventloop.ErrLoopClosed {
		t.Errorf("CallSoonThreadsafe: %v, %v", h, err)
	}
	l.Ready(item(0)) // dropped
	task := tasks.Go(l.Context(context.Background()), func(context.Context) error { ran(); return nil })
	if !task.Done() || !errors.Is(task.Err(), eventloop.ErrLoopClosed) {
		t.Errorf("a task: done %t, %v", task.Done(), task.Err())
	}
	if l.Timers() != 0 || len(l.Snapshot().Ready) != 0 {
		t.Errorf("the closed loop holds %d timers, %d callbacks", l.Timers(), len(l.Snapshot().Ready))
	}
	l.Hold()()
}

// Close ends what is suspended: the awaits return ErrClosed, defers run, and
// nothing that this schedules is taken.
func TestCloseEndsTasks(t *testing.T) {
	leak.Check(t)
	var got []string
	l := eventloop.New(eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
		logf(&got, "%s: %s: %v", e.Reason, e.Name, e.Err)
	}))
	ctx := l.Context(context.Background())
	for _, name := range []string{"one", "two"} {
		tasks.Go(ctx, func(ctx context.Context) error {
			err := tasks.Sleep(ctx, time.Hour)
			logf(&got, "%s: closed %t, again %t", name, err == coro.ErrClosed, tasks.Sleep(ctx, time.Hour) == coro.ErrClosed)
			l.CallSoon(func() { t.Error("a callback of a closed loop ran") })
			return err
		}, tasks.WithName(name))
	}
	tasks.Go(ctx, func(ctx context.Context) error {
		defer logf(&got, "stubborn: unwound")
		for {
			tasks.Sleep(ctx, time.Hour)
		}
	}, tasks.WithName("stubborn"))
	tasks.Go(ctx, func(ctx context.Context) error {
		tasks.Sleep(ctx, time.Hour)
		return errX
	}, tasks.WithName("failing"))
	turn(t, l)
	tasks.Go(ctx, func(ctx context.Context) error { t.Error("ran"); return nil }, tasks.WithName("unstarted"))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	closed := eventloop.ErrLoopClosed.Error()
	destroyed := "task was not done when its loop was closed: "
	want := []string{
		destroyed + "one: " + closed,
		"one: closed true, again true",
		destroyed + "two: " + closed,
		"two: closed true, again true",
		destroyed + "stubborn: " + closed,
		"stubborn: unwound",
		"coroutine ignored Close: stubborn: " + coro.ErrIgnoredClose.Error(),
		destroyed + "failing: " + closed,
		"error was never retrieved: failing: x",
		destroyed + "unstarted: " + closed,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNilFunctionsPanic(t *testing.T) {
	l := newVirtual(t)
	for name, fn := range map[string]func(){
		"CallSoon":           func() { l.CallSoon(nil) },
		"CallLater":          func() { l.CallLater(0, nil) },
		"CallAt":             func() { l.CallAt(0, nil) },
		"CallSoonThreadsafe": func() { l.CallSoonThreadsafe(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if got, want := recover(), "asyncio: "+name+" of a nil function"; got != want {
					t.Errorf("panic %v, want %q", got, want)
				}
			}()
			fn()
		})
	}
}
