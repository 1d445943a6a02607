package eventloop_test

// The same program runs the same way: every time, and with every shortcut that
// the loop may take.

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
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

// A wanderer is a random program: tasks that spawn, wait, cancel, fail and
// panic. What it does next depends on its seed and on the order of its steps.
type wanderer struct {
	rng  *rand.Rand
	loop *eventloop.Loop
	log  []string
	all  []*tasks.Task[struct{}]
}

func (w *wanderer) say(f string, args ...any) {
	line, _, _ := strings.Cut(fmt.Sprintf(f, args...), "\n") // without the stack of a panic
	w.log = append(w.log, fmt.Sprintf("%v %s", w.loop.Time(), line))
}

// spawn makes a task, unless there are many.
func (w *wanderer) spawn(ctx context.Context) {
	if len(w.all) >= 40 {
		return
	}
	w.all = append(w.all, nil)
	n := len(w.all) - 1
	w.all[n] = tasks.Go(ctx, func(ctx context.Context) error {
		err := w.walk(ctx, n)
		w.say("%d ends: %v", n, err)
		return err
	}, tasks.Eager(w.rng.IntN(8) == 0))
}

// walk is the body of task n.
func (w *wanderer) walk(ctx context.Context, n int) (err error) {
	for step := range w.rng.IntN(8) {
		w.say("%d.%d", n, step)
		switch w.rng.IntN(10) {
		case 0, 1, 2:
			err = tasks.Sleep(ctx, 0)
		case 3, 4:
			err = tasks.Sleep(ctx, time.Duration(w.rng.IntN(3))*time.Second)
		case 5:
			w.spawn(ctx)
		case 6:
			w.loop.CallSoon(func() { w.say("callback of %d", n) })
		case 7:
			w.loop.CallLater(time.Duration(w.rng.IntN(2))*time.Second, func() { w.say("timer of %d", n) })
		case 8:
			other := w.rng.IntN(len(w.all))
			if t := w.all[other]; t != nil && other != n {
				w.say("%d cancels %d: %t", n, other, t.Cancel())
			}
		case 9:
			switch w.rng.IntN(6) {
			case 0:
				return errX
			case 1:
				panic(errX)
			default: // of an older one: no cycles
				if other := w.rng.IntN(n + 1); other != n && w.all[other] != nil {
					_, err = w.all[other].Await(ctx)
				}
			}
		}
		if err != nil && w.rng.IntN(3) > 0 {
			return err
		}
	}
	return nil
}

// wander runs the program of a seed and returns what it did.
func wander(t *testing.T, seed uint64, opts ...eventloop.Option) string {
	t.Helper()
	w := &wanderer{rng: rand.New(rand.NewPCG(seed, 9))}
	w.loop = eventloop.New(append(opts, eventloop.WithExceptionHandler(func(l *eventloop.Loop, e eventloop.Event) {
		w.say("%s: %s", e.Reason, e.Name)
	}))...)
	defer w.loop.Close()
	main := tasks.Go(w.loop.Context(context.Background()), func(ctx context.Context) error {
		for range 6 {
			w.spawn(ctx)
		}
		return tasks.Sleep(ctx, time.Minute) // by then all have ended
	})
	if err := w.loop.RunUntilComplete(main); err != nil {
		t.Fatal(err)
	}
	for n, task := range w.all {
		if !task.Done() {
			t.Errorf("seed %d: task %d is not done", seed, n)
		}
		task.Err() // when unseen errors are reported is the collector's affair
	}
	return strings.Join(w.log, "\n")
}

// A loop runs a task that is ready on the stack of the one that has just ended,
// and lets a task that is alone go on without a switch, unless it is injected
// with anything that would see it. Neither changes what happens.
func TestShortcutsChangeNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		oldest := eventloop.WithChoose(func(int) int { return 0 })
		virtual := eventloop.WithClock(new(eventloop.VirtualClock))
		words := 0
		for seed := range uint64(150) {
			plain := wander(t, seed)
			if diff := cmp.Diff(wander(t, seed, oldest), plain); diff != "" {
				t.Fatalf("seed %d: the shortcuts show (-without +with)\n%s", seed, diff)
			}
			if diff := cmp.Diff(wander(t, seed, virtual), plain); diff != "" {
				t.Fatalf("seed %d: real time differs from virtual time (-virtual +real)\n%s", seed, diff)
			}
			virtual = eventloop.WithClock(new(eventloop.VirtualClock))
			words += len(strings.Fields(plain))
		}
		if words < 10_000 {
			t.Errorf("the programs do very little: %d words in all", words)
		}
	})
}

// A task that is alone and only gives way still gives way to what comes.
func TestALoneTaskGivesWay(t *testing.T) {
	tests := []struct {
		name string
		come func(l *eventloop.Loop, done func())
	}{
		{"a callback", func(l *eventloop.Loop, done func()) { l.CallSoon(done) }},
		{"a timer of no delay", func(l *eventloop.Loop, done func()) { l.CallLater(0, done) }},
		{"a timer", func(l *eventloop.Loop, done func()) { l.CallLater(1, done) }},
		{"a post", func(l *eventloop.Loop, done func()) { l.CallSoonThreadsafe(done) }},
		{"a post from another goroutine", func(l *eventloop.Loop, done func()) {
			go l.CallSoonThreadsafe(done)
		}},
		{"the end of a ctx", func(l *eventloop.Loop, done func()) {
			ctx, cancel := context.WithCancel(context.Background())
			l.Watch(ctx, func(error) { done() })
			go cancel()
		}},
		{"an error that nobody sees", func(l *eventloop.Loop, done func()) {
			l.CallExceptionHandler(eventloop.Event{})
			futures.On[int](l).SetError(errX)
			go runtime.GC()
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			came := false
			handled := func(l *eventloop.Loop, e eventloop.Event) { came = came || e.Reason == eventloop.ReasonUnretrieved }
			l := eventloop.New(eventloop.WithExceptionHandler(handled))
			defer l.Close()
			main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
				if err := tasks.Sleep(ctx, 0); err != nil {
					return err
				}
				tt.come(l, func() { came = true })
				for n := 0; !came; n++ {
					if err := tasks.Sleep(ctx, 0); err != nil {
						return err
					}
					if n%1000 == 0 {
						runtime.Gosched()
					}
				}
				return nil
			})
			if err := l.RunUntilComplete(main); err != nil || main.Err() != nil {
				t.Errorf("%v, %v", err, main.Err())
			}
		})
	}
	t.Run("a stop", func(t *testing.T) {
		leak.Check(t)
		l := eventloop.New(eventloop.WithExceptionHandler(quiet))
		defer l.Close()
		steps := 0
		tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
			for {
				if steps++; steps == 5 {
					l.Stop()
				}
				if err := tasks.Sleep(ctx, 0); err != nil {
					return err
				}
			}
		})
		if err := l.RunForever(); err != nil || steps != 5 {
			t.Errorf("%v after %d steps, want 5", err, steps)
		}
	})
}

// Within one bubble of testing/synctest a program gives the same trace in each
// of thirty runs.
func TestThirtyRunsInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		first := wander(t, 3)
		if lines := strings.Count(first, "\n"); lines < 30 {
			t.Fatalf("only %d lines", lines)
		}
		for run := range 30 {
			if diff := cmp.Diff(first, wander(t, 3)); diff != "" {
				t.Fatalf("run %d (-first +this)\n%s", run, diff)
			}
		}
	})
}
