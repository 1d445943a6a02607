package eventloop_test

// What can be injected: the order of callbacks, the clock, the selector.

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/google/go-cmp/cmp"
)

func TestChoose(t *testing.T) {
	tests := []struct {
		name   string
		choose func(n int) int
		want   string
	}{
		{"nil is the oldest first", nil, "a b c d | e f g"},
		{"the oldest", func(int) int { return 0 }, "a b c d | e f g"},
		// Here d runs before b, so that f is older than e.
		{"the youngest", func(n int) int { return n - 1 }, "d c b a | g e f"},
		{"the second", func(n int) int { return min(1, n-1) }, "b c d a | f g e"},
		{"too many", func(n int) int { return n }, "a b c d | e f g"},
		{"too few", func(n int) int { return -1 }, "a b c d | e f g"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			l := eventloop.New(eventloop.WithChoose(tt.choose))
			defer l.Close()
			tr := new(trace)
			next := func(s string) func() { return func() { l.CallSoon(tr.say(s)) } }
			l.CallSoon(tr.say("a"))
			l.CallSoon(tr.say("b", next("e")))
			l.CallSoon(tr.say("c"))
			l.CallSoon(tr.say("d", next("f")))
			turn(t, l)
			tr.note("|")
			l.CallSoon(tr.say("g"))
			turn(t, l)
			if diff := cmp.Diff(tt.want, tr.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// Choose is asked among what is left of the snapshot only, and for every
// callback.
func TestChooseSeesTheSnapshot(t *testing.T) {
	leak.Check(t)
	var asked []int
	l := eventloop.New(eventloop.WithChoose(func(n int) int { asked = append(asked, n); return n - 1 }))
	defer l.Close()
	for range 3 {
		l.CallSoon(func() { l.CallSoon(func() {}); l.CallSoon(func() {}) })
	}
	turn(t, l)
	turn(t, l)
	if diff := cmp.Diff([]int{3, 2, 1, 6, 5, 4, 3, 2, 1}, asked); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// busy runs tasks that wait for time and for each other, and returns what they
// did.
func busy(t *testing.T, choose func(n int) int) string {
	t.Helper()
	leak.Check(t)
	var log []string
	l := eventloop.New(eventloop.WithClock(new(eventloop.VirtualClock)), eventloop.WithChoose(choose))
	defer l.Close()
	main := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		var all []tasks.Awaitable[struct{}]
		for n := range 6 {
			all = append(all, tasks.Go(ctx, func(ctx context.Context) error {
				for i := range 4 {
					if err := tasks.Sleep(ctx, time.Duration(i%2)*time.Second); err != nil {
						return err
					}
					logf(&log, "%v: task %d, step %d", l.Time(), n, i)
				}
				if n > 0 {
					_, err := all[n-1].Await(ctx)
					logf(&log, "%v: task %d ends", l.Time(), n)
					return err
				}
				return nil
			}))
		}
		_, err := tasks.Gather(ctx, all...).Await(ctx)
		return err
	})
	if err := l.RunUntilComplete(main); err != nil || main.Err() != nil {
		t.Fatal(err, main.Err())
	}
	return strings.Join(log, "\n")
}

// A seeded choice gives the same run each time, and different seeds give
// different ones.
func TestSeededOrderIsRepeatable(t *testing.T) {
	seeded := func(seed uint64) string {
		rng := rand.New(rand.NewPCG(seed, 0))
		return busy(t, rng.IntN)
	}
	traces := map[string]bool{}
	for seed := range uint64(10) {
		first := seeded(seed)
		if diff := cmp.Diff(first, seeded(seed)); diff != "" {
			t.Fatalf("seed %d: two runs differ\n%s", seed, diff)
		}
		traces[first] = true
	}
	if len(traces) < 5 {
		t.Errorf("ten seeds gave only %d different runs", len(traces))
	}
	if diff := cmp.Diff(busy(t, nil), busy(t, func(int) int { return 0 })); diff != "" {
		t.Errorf("choosing the oldest is not the default order\n%s", diff)
	}
}

// A script is a selector that notes how it is called.
type script struct {
	calls   []string
	wakes   int
	closes  int
	err     error // of the next Select
	advance func(time.Duration)
}

func (s *script) Select(timeout time.Duration) error {
	s.calls = append(s.calls, timeout.String())
	if s.err != nil {
		return s.err
	}
	if s.advance != nil && timeout > 0 {
		s.advance(timeout)
	}
	return nil
}

func (s *script) Wake()        { s.wakes++ }
func (s *script) Close() error { s.closes++; return nil }

// Select is called once in every iteration, with the time until the next timer.
func TestSelectorIsAskedInEveryIteration(t *testing.T) {
	leak.Check(t)
	clock := new(eventloop.VirtualClock)
	s := &script{advance: clock.Advance}
	l := eventloop.New(eventloop.WithClock(clock), eventloop.WithSelector(s))
	l.CallSoon(func() { // iteration 1, nothing to wait for
		l.CallSoon(func() { // iteration 2
			l.CallLater(time.Second, func() {}) // 3: one second
			l.CallLater(3*time.Second, func() { // 4: two more
				s.err = errX
			})
			l.CallLater(time.Millisecond, func() {}).Cancel()
		})
	})
	if err := l.RunForever(); err != errX { // 5: nothing ready, no timer
		t.Errorf("RunForever: %v, want the selector's error", err)
	}
	if diff := cmp.Diff([]string{"0s", "0s", "1s", "2s", "-1ns"}, s.calls); diff != "" {
		t.Errorf("timeouts (-want +got)\n%s", diff)
	}
	s.calls, s.err = nil, nil
	l.CallLater(time.Hour, func() {})
	turn(t, l) // stopping: it does not wait
	if diff := cmp.Diff([]string{"0s"}, s.calls); diff != "" {
		t.Errorf("timeouts (-want +got)\n%s", diff)
	}
	l.Close()
	l.Close()
	if s.closes != 1 {
		t.Errorf("closed %d times", s.closes)
	}
}

// A batch of posts wakes the selector once.
func TestPostsWakeTheSelectorOnce(t *testing.T) {
	leak.Check(t)
	s := new(script)
	l := eventloop.New(eventloop.WithSelector(s))
	defer l.Close()
	var wakes []int
	for range 2 {
		for range 10 {
			l.CallSoonThreadsafe(func() {})
		}
		wakes = append(wakes, s.wakes)
		turn(t, l)
	}
	if diff := cmp.Diff([]int{1, 2}, wakes); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A selector's error leaves the loop usable.
func TestSelectorError(t *testing.T) {
	leak.Check(t)
	s := &script{err: errX}
	l := eventloop.New(eventloop.WithSelector(s))
	defer l.Close()
	ran := false
	l.CallSoon(func() { ran = true; l.Stop() })
	if err := l.RunForever(); err != errX || ran {
		t.Errorf("%v, ran %t; want the selector's error before any callback", err, ran)
	}
	if l.IsRunning() {
		t.Error("still running")
	}
	s.err = nil
	if err := l.RunForever(); err != nil || !ran {
		t.Errorf("%v, ran %t", err, ran)
	}
}

// Where the order, the clock or the selector is injected every iteration is
// seen: no step of a task is run behind the loop's back.
func TestInjectionSeesEveryIteration(t *testing.T) {
	const steps = 10
	program := func(l *eventloop.Loop) *tasks.Task[struct{}] {
		ctx := l.Context(context.Background())
		return tasks.Go(ctx, func(ctx context.Context) error {
			for range steps {
				if err := tasks.Sleep(ctx, 0); err != nil {
					return err
				}
				for range 3 {
					tasks.Go(ctx, func(context.Context) error { return nil })
				}
			}
			return nil
		})
	}
	t.Run("selector", func(t *testing.T) {
		leak.Check(t)
		s := new(script)
		l := eventloop.New(eventloop.WithSelector(s))
		defer l.Close()
		if err := l.RunUntilComplete(program(l)); err != nil {
			t.Fatal(err)
		}
		if len(s.calls) != steps+2 { // the first step, and the one that stops
			t.Errorf("%d iterations, want %d", len(s.calls), steps+2)
		}
	})
	t.Run("order", func(t *testing.T) {
		leak.Check(t)
		chosen := 0
		l := eventloop.New(eventloop.WithChoose(func(int) int { chosen++; return 0 }))
		defer l.Close()
		if err := l.RunUntilComplete(program(l)); err != nil {
			t.Fatal(err)
		}
		if want := steps + 2 + 3*steps; chosen != want { // of main, and of the others
			t.Errorf("%d callbacks chosen, want %d", chosen, want)
		}
	})
}
