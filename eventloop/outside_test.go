package eventloop_test

// What other packages of the module use to join a loop to other goroutines.

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

// A lodger is an extension that notes its end.
type lodger struct {
	name string
	log  *[]string
}

func (g *lodger) LoopClosed() { logf(g.log, "%s: closed", g.name) }

func TestExtensions(t *testing.T) {
	leak.Check(t)
	var got []string
	l := eventloop.New(eventloop.WithExceptionHandler(quiet))
	take := func(key string) func() eventloop.Extension {
		return func() eventloop.Extension { logf(&got, "%s: made", key); return &lodger{key, &got} }
	}
	if e := l.Extension("a", nil); e != nil {
		t.Errorf("one that nobody made: %v", e)
	}
	a, b := l.Extension("a", take("a")), l.Extension("b", take("b"))
	if l.Extension("a", take("a")) != a || l.Extension("b", nil) != b || a == b {
		t.Error("a key does not find its own extension")
	}
	tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		defer logf(&got, "task: closed")
		return tasks.Sleep(ctx, time.Hour)
	})
	turn(t, l)
	l.Close()
	l.Close()
	if e := l.Extension("a", take("a")); e != nil {
		t.Errorf("on a closed loop: %v", e)
	}
	want := []string{"a: made", "b: made", "task: closed", "a: closed", "b: closed"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Any goroutine may ask for one; it is made once.
func TestExtensionFromManyGoroutines(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	defer l.Close()
	var got []string
	var wg sync.WaitGroup
	made := 0
	for range 20 {
		wg.Go(func() {
			l.Extension("key", func() eventloop.Extension { made++; return &lodger{"key", &got} })
		})
	}
	wg.Wait()
	if made != 1 {
		t.Errorf("made %d times", made)
	}
}

// A runnable that calls a function.
type calls func()

func (c calls) Run() { c() }

func TestPostAndRelease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		l := eventloop.New(eventloop.WithDeadlockError(), eventloop.WithExceptionHandler(quiet))
		f := stuck(l)
		l.Retain()
		var at []time.Duration
		time.AfterFunc(time.Second, func() {
			l.Post(calls(func() { at = append(at, l.Time()) }))
		})
		time.AfterFunc(time.Minute, func() {
			l.PostAndRelease(calls(func() { at = append(at, l.Time()) }))
		})
		var d *eventloop.DeadlockError
		if err := l.RunUntilComplete(f); !errors.As(err, &d) {
			t.Errorf("%v, want a DeadlockError once nobody holds the loop", err)
		}
		if diff := cmp.Diff([]time.Duration{time.Second, time.Minute}, at); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		l.Close()
		for name, err := range map[string]error{"Post": l.Post(calls(func() {})), "PostAndRelease": l.PostAndRelease(calls(func() {}))} {
			if err != eventloop.ErrLoopClosed {
				t.Errorf("%s on a closed loop: %v", name, err)
			}
		}
	})
}

// Who is expected to wake the loop some day keeps it from being deadlocked, and
// lets virtual time pass.
func TestExpect(t *testing.T) {
	leak.Check(t)
	l := newVirtual(t)
	f := futures.On[int](l)
	l.CallLater(time.Hour, func() {
		go l.CallSoonThreadsafe(func() {
			f.SetResult(1)
			l.Unexpect()
		})
	})
	l.Expect()
	if err := l.RunUntilComplete(f); err != nil {
		t.Error(err)
	}
	if l.Time() != time.Hour {
		t.Errorf("time %v, want the timer's", l.Time())
	}
	var d *eventloop.DeadlockError
	if err := l.RunForever(); !errors.As(err, &d) {
		t.Errorf("with nobody expected: %v, want a DeadlockError", err)
	}
}
