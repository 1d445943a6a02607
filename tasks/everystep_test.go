package tasks_test

// A cancellation at every step: small programs are run again and again, each time
// with a cancellation one iteration of the loop later, until they come to their
// end uncancelled.

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
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

// programs await in many ways, and clean up what they have started. A program
// returns the error of the await that failed, or nil.
var programs = map[string]func(ctx context.Context) error{
	"sleeps": func(ctx context.Context) error {
		return first(
			func() error { return tasks.Sleep(ctx, 0) },
			func() error { return tasks.Sleep(ctx, time.Second) },
			func() error { return tasks.Sleep(ctx, 0) },
		)
	},
	"child": func(ctx context.Context) error {
		child := tasks.Create(ctx, after(time.Second, 1))
		defer child.Cancel()
		_, err := child.Await(ctx)
		return err
	},
	"grandchildren": func(ctx context.Context) error {
		child := tasks.Go(ctx, func(ctx context.Context) error {
			grand := tasks.Create(ctx, after(time.Second, 1))
			defer grand.Cancel()
			_, err := grand.Await(ctx)
			return err
		})
		defer child.Cancel()
		_, err := child.Await(ctx)
		return err
	},
	"gather": func(ctx context.Context) error {
		g := tasks.Gather(ctx, tasks.Coro(after(0, 1)), tasks.Coro(after(time.Second, 1)), tasks.Coro(after(2*time.Second, 1)))
		defer g.Cancel()
		_, err := g.Await(ctx)
		return err
	},
	"settled gather": func(ctx context.Context) error {
		g := tasks.GatherSettled(ctx, tasks.Coro(failing(time.Second, errTest)), tasks.Coro(after(2*time.Second, 1)))
		defer g.Cancel()
		_, err := g.Await(ctx)
		return err
	},
	"shield": func(ctx context.Context) error {
		inner := tasks.Create(ctx, after(time.Second, 1))
		defer inner.Cancel()
		_, err := tasks.Shield(ctx, inner).Await(ctx)
		return err
	},
	"wait": func(ctx context.Context) error {
		a, b := tasks.Create(ctx, after(time.Second, 1)), tasks.Create(ctx, after(3*time.Second, 1))
		defer a.Cancel()
		defer b.Cancel()
		_, _, err := tasks.Wait(ctx, []*tasks.Task[int]{a, b}, tasks.FirstCompleted, time.Minute)
		if err != nil {
			return err
		}
		_, _, err = tasks.Wait(ctx, []*tasks.Task[int]{a, b}, tasks.AllCompleted, time.Second)
		return err
	},
	"wait for": func(ctx context.Context) error {
		_, err := tasks.WaitFor(ctx, tasks.Coro(after(time.Second, 1)), time.Minute)
		return err
	},
	"wait for too long": func(ctx context.Context) error {
		task := tasks.Create(ctx, after(time.Minute, 1))
		defer task.Cancel()
		return notTimeout(tasks.WaitFor(ctx, task, time.Second))
	},
	"wait for, without time": func(ctx context.Context) error {
		task := tasks.Create(ctx, after(time.Minute, 1))
		defer task.Cancel()
		if err := tasks.Sleep(ctx, 0); err != nil {
			return err
		}
		return notTimeout(tasks.WaitFor(ctx, task, 0))
	},
	"as completed": func(ctx context.Context) error {
		a, b := tasks.Create(ctx, after(2*time.Second, 1)), tasks.Create(ctx, after(time.Second, 1))
		defer a.Cancel()
		defer b.Cancel()
		for _, err := range tasks.AsCompleted(ctx, time.Minute, a, b).Results(ctx) {
			if err != nil {
				return err
			}
		}
		return nil
	},
	"timeout": func(ctx context.Context) error {
		return timeouts.Run(ctx, time.Minute, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Second) })
	},
	"timeouts that expire": func(ctx context.Context) error {
		return notTimeout(0, timeouts.Run(ctx, 3*time.Second, func(ctx context.Context) error {
			err := notTimeout(0, timeouts.Run(ctx, time.Second, func(ctx context.Context) error {
				return tasks.Sleep(ctx, time.Hour)
			}))
			if err != nil {
				return err
			}
			return tasks.Sleep(ctx, time.Hour)
		}))
	},
	"cleanup that awaits": func(ctx context.Context) error {
		err := tasks.Sleep(ctx, time.Second)
		if err2 := tasks.Sleep(ctx, time.Second); err == nil {
			err = err2
		}
		return err
	},
}

// first calls functions until one fails.
func first(fns ...func() error) error {
	for _, fn := range fns {
		if err := fn(); err != nil {
			return err
		}
	}
	return nil
}

// notTimeout is err, unless that is a timeout.
func notTimeout[T any](_ T, err error) error {
	var timeout *timeouts.TimeoutError
	if errors.As(err, &timeout) {
		return nil
	}
	return err
}

// runStep runs a program in a loop of its own, with hit called in the iterations
// hits. It returns the error of the program, and whether the first hit came too
// late for it.
func runStep(t *testing.T, what string, program func(ctx context.Context) error, hits []int,
	start func(l *eventloop.Loop, program func(ctx context.Context) error) (*tasks.Task[struct{}], func() bool)) (err error, late bool) {

	t.Helper()
	s := &stepper{hits: hits}
	var reported []string
	l := eventloop.New(eventloop.WithClock(&s.clock), eventloop.WithSelector(s),
		eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) {
			reported = append(reported, fmt.Sprintf("%v %s: %v", e.Reason, e.Name, e.Err))
		}))
	defer l.Close()
	task, hit := start(l, program)
	s.hit = hit
	fails(t, what+": the run", l.RunUntilComplete(task), "nil")
	late = s.late || s.n < hits[0]
	end := s.clock.Now()
	// Whatever it has left behind comes to its end, and takes no time.
	s.hits = nil
	fails(t, what+": the end", l.RunForever(), errIdle.Error())
	equal(t, what+": time after which nothing was left", s.clock.Now(), end)
	var left []string
	for _, task := range tasks.AllOf(l) {
		left = append(left, task.Name())
	}
	equal(t, what+": tasks left", left, nil)
	err = task.Err()
	l.Close()
	equal(t, what+": reports", reported, nil)
	return err, late
}

// maxSteps is more than any of the programs takes.
const maxSteps = 200

// TestCancelAtEveryStep cancels the task once, or twice in a row.
func TestCancelAtEveryStep(t *testing.T) {
	cancel := func(l *eventloop.Loop, program func(ctx context.Context) error) (*tasks.Task[struct{}], func() bool) {
		task := tasks.Go(l.Context(context.Background()), program)
		return task, func() bool { return task.Cancel("step") }
	}
	for name, program := range programs {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			for gap := range 4 { // between two cancellations; 0 for one alone
				for k := 1; ; k++ {
					what := fmt.Sprintf("cancelled in iterations %d and %d", k, k+gap)
					err, late := runStep(t, what, program, []int{k, k + gap}, cancel)
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
}

// TestForeignContextEndsAtEveryStep ends a ctx derived by context.WithCancel in
// place of the task.
func TestForeignContextEndsAtEveryStep(t *testing.T) {
	derived := func(l *eventloop.Loop, program func(ctx context.Context) error) (*tasks.Task[struct{}], func() bool) {
		end := func() {}
		task := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
			derived, cancel := context.WithCancel(ctx)
			defer cancel()
			end = cancel
			return program(derived)
		})
		return task, func() bool { end(); return !task.Done() }
	}
	for name, program := range programs {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			for k := 2; ; k++ { // in the first it is not there yet
				what := fmt.Sprintf("ended in iteration %d", k)
				err, late := runStep(t, what, program, []int{k}, derived)
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
}

// TestRunEndsAtEveryStep lets the main task return while the programs are at
// each of their steps: Run leaves nothing.
func TestRunEndsAtEveryStep(t *testing.T) {
	leak.Check(t)
	for k := range 20 {
		run(t, func(ctx context.Context) {
			for _, program := range programs {
				tasks.Go(ctx, program)
			}
			turns(ctx, k)
			if k%2 == 1 {
				tasks.Sleep(ctx, time.Duration(k)*time.Second/4)
			}
		}, runners.WithEagerTasks())
	}
}
