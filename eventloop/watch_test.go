package eventloop_test

// Waits that the end of a ctx ends: Loop.Watch.

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

func TestWatch(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	a, cancelA := context.WithCancel(context.Background())
	b, cancelB := context.WithCancel(context.Background())
	c, cancelC := context.WithCancel(context.Background())
	defer cancelC()
	var got []string
	say := func(s string) func(error) { return func(err error) { logf(&got, "%s: %v", s, err) } }
	l.Watch(a, say("a"))
	l.Watch(b, say("b"))
	l.Watch(a, say("a again"))
	stopped := l.Watch(a, say("stopped"))
	waiting := l.Watch(c, say("c"))
	stopped.Stop()
	stopped.Stop() // does nothing
	l.CallSoon(func() {
		cancelB()
		cancelA()
		if len(got) > 0 {
			t.Errorf("called from within cancel: %v", got)
		}
		l.CallSoon(l.Stop)
	})
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	waiting.Stop()
	// In the order of the calls of Watch, whichever ended first.
	want := []string{"a: context canceled", "b: context canceled", "a again: context canceled"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// One that ends may stop others, which are then not called.
func TestWatchStopsOthers(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	ctx, cancel := context.WithCancel(context.Background())
	var got []string
	var next, last *eventloop.Watch
	l.Watch(ctx, func(error) {
		logf(&got, "first")
		next.Stop()
		last.Stop()
	})
	next = l.Watch(ctx, func(error) { logf(&got, "next") })
	last = l.Watch(ctx, func(error) { logf(&got, "last") })
	cancel()
	turn(t, l)
	if diff := cmp.Diff([]string{"first"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A ctx that ends while the loop is parked wakes it.
func TestWatchWakesTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		l := eventloop.New()
		defer l.Close()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		l.Watch(ctx, func(err error) {
			if err != context.DeadlineExceeded {
				t.Errorf("ended with %v", err)
			}
			l.Stop()
			l.Ready(item(0))
		})
		if err := l.RunForever(); err != nil {
			t.Fatal(err)
		}
		if l.Time() != time.Minute {
			t.Errorf("woken at %v", l.Time())
		}
	})
}

// A chatty ctx does something when it is asked for its error.
type chatty struct {
	context.Context
	asked func()
}

func (c *chatty) Err() error {
	if c.asked != nil {
		c.asked()
	}
	return c.Context.Err()
}

// Pitfall: a ctx that ends between the moment at which a busy loop has asked it
// and the moment at which it takes its posts. The wake-up must not get lost, or
// the wait goes on until the loop has nothing else to do.
func TestPitfallWatchEndsBetweenPollAndPosts(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	defer l.Close()
	early, cancel := context.WithCancel(context.Background())
	late := &chatty{Context: context.Background()}
	ended := -1
	iteration := 0
	l.Watch(early, func(error) { ended = iteration })
	defer l.Watch(late, func(error) {}).Stop()
	late.asked = func() { // early has been asked by then
		late.asked = nil
		cancel()
		for !l.Posted() {
			runtime.Gosched() // for the goroutine of context.AfterFunc
		}
	}
	var spin func() // the loop is busy all the time
	spin = func() {
		if iteration++; iteration < 100 {
			l.CallSoon(spin)
		} else {
			l.Stop()
		}
	}
	l.CallSoon(spin)
	l.CallSoonThreadsafe(func() {}) // which makes it poll while it is busy
	if err := l.RunForever(); err != nil {
		t.Fatal(err)
	}
	if ended < 0 || ended > 2 {
		t.Errorf("the end was noticed in iteration %d, want one of the first", ended)
	}
}

// A ctx that a callback ends is noticed in the next iteration, always, if the
// order of things was injected: the goroutines of package context do not count.
func TestWatchIsNoticedInTheNextIteration(t *testing.T) {
	leak.Check(t)
	for range 100 {
		l := eventloop.New(eventloop.WithChoose(func(int) int { return 0 }))
		ctx, cancel := context.WithCancel(context.Background())
		iteration, ended := 0, 0
		l.Watch(ctx, func(error) { ended = iteration })
		var spin func()
		spin = func() {
			if iteration++; iteration < 20 {
				l.CallSoon(spin)
			} else {
				l.Stop()
			}
			if iteration == 5 {
				cancel()
			}
		}
		l.CallSoon(spin)
		if err := l.RunForever(); err != nil {
			t.Fatal(err)
		}
		l.Close()
		if ended != 5 {
			t.Fatalf("noticed after iteration %d, want 5", ended)
		}
	}
}

// Pitfall: the end of a ctx that comes after its wait has ended would wake the
// next wait.
func TestPitfallStaleWakeOfAForeignContext(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		derived, cancel := context.WithCancel(ctx)
		other := tasks.Go(ctx, func(ctx context.Context) error { return nil })
		// The wait ends in the iteration in which the ctx does.
		if _, err := other.Await(derived); err != nil {
			t.Errorf("first wait: %v", err)
		}
		cancel()
		if err := tasks.Sleep(ctx, time.Second); err != nil {
			t.Errorf("next wait: %v", err)
		}
		return nil
	})
	if err := l.RunUntilComplete(main); err != nil || main.Err() != nil {
		t.Errorf("%v, %v", err, main.Err())
	}
	if l.Time() != time.Second {
		t.Errorf("the sleep ended at %v", l.Time())
	}
}

// A ctx that somebody may end some day does not hold up virtual time, but as
// long as it may, the loop is not deadlocked.
func TestWatchAndVirtualTime(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	outer, cancel := context.WithCancel(context.Background())
	main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		derived, cancelDerived := context.WithCancel(ctx)
		defer cancelDerived()
		if err := tasks.Sleep(derived, time.Hour); err != nil {
			return err
		}
		waiting := make(chan struct{})
		l.Watch(outer, func(error) { close(waiting) })
		go cancel()
		l.CallAt(time.Hour, func() {}) // nothing is left after this
		f := futures.New[int](ctx)
		l.Watch(outer, func(error) { f.SetResult(1) })
		_, err := f.Await(ctx)
		<-waiting
		return err
	})
	if err := l.RunUntilComplete(main); err != nil || main.Err() != nil {
		t.Errorf("%v, %v", err, main.Err())
	}
	if l.Time() != time.Hour {
		t.Errorf("time %v at the end", l.Time())
	}
}
