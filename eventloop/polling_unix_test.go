//go:build unix

package eventloop_test

// When a loop looks at its descriptors, and what they do to its waits.

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/eventloop/selectors"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// A loop that never sleeps serves its descriptors all the same, whatever keeps it busy.
func TestBusyLoopServesDescriptors(t *testing.T) {
	callback := func(l *eventloop.Loop, stop *bool) {
		var again func()
		again = func() {
			if !*stop {
				l.CallSoon(again)
			}
		}
		again()
	}
	task := func(l *eventloop.Loop, stop *bool) {
		tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
			for !*stop {
				if err := tasks.Sleep(ctx, 0); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for name, busy := range map[string]func(l *eventloop.Loop, stop *bool){
		"a callback": callback,
		"a task":     task,
		"two tasks":  func(l *eventloop.Loop, stop *bool) { task(l, stop); task(l, stop) },
		"a task beside a timer": func(l *eventloop.Loop, stop *bool) {
			l.CallLater(time.Hour, func() {})
			task(l, stop)
		},
	} {
		t.Run(name, func(t *testing.T) {
			onSelectors(t, func(t *testing.T, l *eventloop.Loop) {
				a, b := socketpair(t)
				stop := false
				busy(l, &stop)
				left := 100
				l.AddReader(a, func() {
					fetch(t, a)
					if left--; left > 0 {
						transmit(t, b, "x")
						return
					}
					stop = true
					l.RemoveReader(a)
					l.CallSoon(l.Stop)
				})
				transmit(t, b, "x")
				if err := l.RunForever(); err != nil || left > 0 {
					t.Errorf("%v, %d left", err, left)
				}
			})
		})
	}
}

// asks is a selector that counts how often it is asked, and how often in vain.
type asks struct {
	selectors.Selector
	n int
}

func (s *asks) Select(timeout time.Duration) error {
	s.n++
	return s.Selector.Select(timeout)
}

// A selector that was injected is asked in every iteration, descriptors or not.
func TestInjectedSelectorIsAskedInEveryIteration(t *testing.T) {
	leak.Check(t)
	inner, err := selectors.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &asks{Selector: inner}
	l := eventloop.New(eventloop.WithSelector(s))
	defer l.Close()
	a, _ := socketpair(t)
	if _, err := l.AddReader(a, func() {}); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		turn(t, l)
	}
	if s.n != 10 {
		t.Errorf("asked %d times in 10 iterations", s.n)
	}
}

// A loop that is to run one iteration looks at its descriptors in that.
func TestStoppedLoopServesDescriptors(t *testing.T) {
	onSelectors(t, func(t *testing.T, l *eventloop.Loop) {
		a, _ := socketpair(t)
		called := 0
		if _, err := l.AddWriter(a, func() { called++ }); err != nil {
			t.Fatal(err)
		}
		for range 20 {
			turn(t, l)
		}
		if called != 20 {
			t.Errorf("called %d times in 20 runs", called)
		}
	})
}

func TestSelectorWithoutDescriptors(t *testing.T) {
	leak.Check(t)
	a, _ := socketpair(t)
	l := eventloop.New(eventloop.WithSelector(new(script)))
	defer l.Close()
	_, err := l.AddReader(a, func() {})
	if !errors.Is(err, errors.ErrUnsupported) || !strings.HasPrefix(err.Error(), "asyncio: ") {
		t.Errorf("AddReader: %v", err)
	}
	turn(t, l)
}

// Descriptors may become ready, so a loop that watches some is not deadlocked. In
// virtual time the clock stands still meanwhile.
func TestDescriptorsHoldALoop(t *testing.T) {
	for name, opts := range map[string][]eventloop.Option{
		"real":    {eventloop.WithDeadlockError()},
		"virtual": {eventloop.WithClock(new(eventloop.VirtualClock))},
	} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			l := eventloop.New(append(opts, eventloop.WithExceptionHandler(quiet))...)
			defer l.Close()
			a, b := socketpair(t)
			f := futures.On[string](l)
			tasks.Create(l.Context(context.Background()), f.Await)
			l.AddReader(a, func() {
				l.RemoveReader(a)
				f.SetResult(fetch(t, a))
			})
			if name == "virtual" {
				l.CallLater(time.Hour, func() { f.SetResult("time has passed") })
			}
			sent := time.AfterFunc(5*time.Millisecond, func() { transmit(t, b, "x") })
			defer sent.Stop()
			if err := l.RunUntilComplete(f); err != nil {
				t.Fatal(err)
			}
			if s, err := f.Result(); s != "x" || err != nil {
				t.Errorf("%q, %v", s, err)
			}
			// With none left it is as before.
			g := futures.On[int](l)
			tasks.Create(l.Context(context.Background()), g.Await)
			var d *eventloop.DeadlockError
			if err := l.RunUntilComplete(g); !errors.As(err, &d) {
				t.Errorf("%v, want a deadlock", err)
			}
		})
	}
}

// Pitfall: a wake-up that is pending when the loop moves to a selector is kept, and so
// is one that comes at that moment.
func TestPitfallWakeWhileTheLoopMoves(t *testing.T) {
	leak.Check(t)
	a, _ := socketpair(t)
	for range 300 {
		l := eventloop.New()
		posted := make(chan error, 1)
		l.CallSoon(func() {
			go func() {
				_, err := l.CallSoonThreadsafe(l.Stop)
				posted <- err
			}()
			if _, err := l.AddReader(a, func() {}); err != nil {
				t.Error(err)
			}
		})
		if err := l.RunForever(); err != nil {
			t.Fatal(err)
		}
		if err := <-posted; err != nil {
			t.Fatal(err)
		}
		l.Close()
	}
}
