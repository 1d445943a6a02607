package tasks_test

// A cancellation at every step: small programs are run again and again, each time
// with a cancellation one iteration of the loop later, until they come to their
// end uncancelled.

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// errIdle is what ends a run in which nothing can happen any more.
var errIdle = errors.New("idle")

// A stepper is a selector in virtual time that does something in chosen
// iterations.
type stepper struct {
	clock eventloop.VirtualClock
	n     int
	hits  []int       // the iterations
	hit   func() bool // reports whether it came in time
	late  bool        // the first one did not
}

func (s *stepper) Select(timeout time.Duration) error {
	s.n++
	switch {
	case slices.Contains(s.hits, s.n):
		if !s.hit() && s.n == s.hits[0] {
			s.late = true
		}
	case timeout == eventloop.Forever:
		return errIdle
	default:
		s.clock.Advance(timeout)
	}
	return nil
}

func (s *stepper) Wake()        {}
func (s *stepper) Close() error { return nil }

// A starter makes the task that runs a program, and what hits it.
type starter = func(l *eventloop.Loop, p program) (task *tasks.Task[struct{}], hit func() bool)

// runStep runs a program in a loop of its own, with hit called in the iterations
// hits. It returns whether the first hit came too late for it, how long what it
// had left behind went on, and its error.
func runStep(t *testing.T, what string, p program, hits []int, start starter, opts ...eventloop.Option) (
	late bool, after time.Duration, err error) {

	t.Helper()
	s := &stepper{hits: hits}
	var reported []string
	l := eventloop.New(append(opts, eventloop.WithClock(&s.clock), eventloop.WithSelector(s),
		eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) {
			reported = append(reported, fmt.Sprintf("%v %s: %v", e.Reason, e.Name, e.Err))
		}))...)
	defer l.Close()
	task, hit := start(l, p)
	s.hit = hit
	fails(t, what+": the run", l.RunUntilComplete(task), "nil")
	late = s.late || s.n < hits[0]
	end := s.clock.Now()
	s.hits = nil
	fails(t, what+": the end", l.RunForever(), errIdle.Error())
	after = s.clock.Now() - end
	var left []string
	for _, task := range tasks.AllOf(l) {
		left = append(left, task.Name())
	}
	equal(t, what+": tasks left", left, nil)
	err = task.Err()
	l.Close()
	equal(t, what+": reports", reported, nil)
	return late, after, err
}

// maxSteps is more than any of the programs takes.
const maxSteps = 200

// startCancelled is a starter whose hit cancels the task.
func startCancelled(l *eventloop.Loop, p program) (*tasks.Task[struct{}], func() bool) {
	task := tasks.Go(l.Context(context.Background()), p)
	return task, func() bool { return task.Cancel("step") }
}

// startDerived is a starter whose hit ends a ctx derived by context.WithCancel.
func startDerived(l *eventloop.Loop, p program) (*tasks.Task[struct{}], func() bool) {
	end := func() {}
	task := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		derived, cancel := context.WithCancel(ctx)
		defer cancel()
		end = cancel
		return p(derived)
	})
	return task, func() bool { end(); return !task.Done() }
}

// loopKinds are the loops that the programs run on.
var loopKinds = map[string][]eventloop.Option{
	"":         nil,
	", eager":  {eventloop.WithEagerTasks()},
	", newest": {eventloop.WithChoose(func(n int) int { return n - 1 })},
}

// TestCancelAtEveryStep cancels the task once, or twice in a row.
func TestCancelAtEveryStep(t *testing.T) {
	everyStep(t, func(t *testing.T, p program, opts []eventloop.Option) {
		for gap := range 4 { // between two cancellations; 0 for one alone
			for k := 1; ; k++ {
				what := fmt.Sprintf("cancelled in iterations %d and %d", k, k+gap)
				late, after, err := runStep(t, what, p, []int{k, k + gap}, startCancelled, opts...)
				equal(t, what+": time until nothing was left", after, 0)
				if late {
					fails(t, what, err, "nil")
					break
				}
				if gap == 0 {
					equal(t, what+": IsCancelled", futures.IsCancelled(err), true)
				}
				if t.Failed() || k > maxSteps {
					t.Fatalf("%s: %v", what, err)
				}
			}
		}
	})
}

// TestForeignContextEndsAtEveryStep ends a derived ctx in place of the task.
func TestForeignContextEndsAtEveryStep(t *testing.T) {
	everyStep(t, func(t *testing.T, p program, opts []eventloop.Option) {
		for k := 2; ; k++ { // in the first it is not there yet
			what := fmt.Sprintf("ended in iteration %d", k)
			late, after, err := runStep(t, what, p, []int{k}, startDerived, opts...)
			equal(t, what+": time until nothing was left", after, 0)
			if late {
				fails(t, what, err, "nil")
				break
			}
			if err != nil {
				fails(t, what, err, context.Canceled.Error())
			}
			if t.Failed() || k > maxSteps {
				t.Fatalf("%s: %v", what, err)
			}
		}
	})
}

// everyStep calls test for each program on each kind of loop.
func everyStep(t *testing.T, test func(t *testing.T, p program, opts []eventloop.Option)) {
	for name, p := range programs {
		for kind, opts := range loopKinds {
			t.Run(name+kind, func(t *testing.T) {
				leak.Check(t)
				test(t, p, opts)
			})
		}
	}
}

// TestRunEndsAtEveryStep lets the main task return while the programs are at
// each of their steps: Run leaves nothing.
func TestRunEndsAtEveryStep(t *testing.T) {
	leak.Check(t)
	for k := range 20 {
		run(t, func(ctx context.Context) {
			for _, name := range slices.Sorted(maps.Keys(programs)) {
				tasks.Go(ctx, programs[name])
			}
			turns(ctx, k)
			if k%2 == 1 {
				tasks.Sleep(ctx, time.Duration(k)*time.Second/4)
			}
		}, runners.WithEagerTasks())
	}
}

// TestCancelAtRandom does the same in random orders of what is ready, and with
// several programs at once, which is where only the invariants hold: each ends,
// and nothing is left.
func TestCancelAtRandom(t *testing.T) {
	leak.Check(t)
	all := func(ctx context.Context) error {
		var aws []tasks.Awaitable[struct{}]
		for _, name := range slices.Sorted(maps.Keys(programs)) {
			aws = append(aws, tasks.Go(ctx, programs[name]))
		}
		defer func() {
			for _, aw := range aws {
				aw.(tasks.Any).Cancel()
			}
		}()
		_, err := tasks.GatherSettled(ctx, aws...).Await(ctx)
		return err
	}
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 0))
		for _, start := range []starter{startCancelled, startDerived} {
			hits := []int{2 + r.IntN(40), 2 + r.IntN(40)}
			slices.Sort(hits)
			what := fmt.Sprintf("seed %d, cancelled in %v", seed, hits)
			_, after, _ := runStep(t, what, all, hits, start, eventloop.WithChoose(r.IntN))
			if after > time.Second { // one of the programs cleans up as long
				t.Errorf("%s: it took %v until nothing was left", what, after)
			}
		}
	}
}

// In real time a loop takes short cuts that it leaves out when its clock or its
// order is injected.
func TestCancelAtEveryMomentInRealTime(t *testing.T) {
	for name, p := range programs {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			for quarter := range 16 {
				for more := range 3 {
					bubble(t, func(ctx context.Context) {
						task := tasks.Go(ctx, p)
						tasks.Sleep(ctx, time.Duration(quarter)*time.Second/4)
						turns(ctx, more)
						accepted := task.Cancel()
						_, err := task.Await(ctx)
						equal(t, "IsCancelled", futures.IsCancelled(err), accepted)
					})
				}
			}
		})
	}
}
