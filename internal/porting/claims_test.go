package porting_test

// What the document says about the traps, tried out.

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// run runs fn in virtual time.
func run(t *testing.T, fn func(ctx context.Context)) {
	t.Helper()
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		fn(ctx)
		return nil
	}, runners.WithVirtualTime())
	if err != nil {
		t.Errorf("the run: %v", err)
	}
}

// is fails t if got is not want.
func is[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// cancelled runs fn as a task, cancels it at its first await, and waits for its
// end.
func cancelled(ctx context.Context, fn func(ctx context.Context) error) *asyncio.Task[struct{}] {
	task := asyncio.Go(ctx, fn)
	asyncio.Sleep(ctx, 0)
	task.Cancel("stop")
	task.Await(ctx)
	return task
}

func TestIgnoredErrorIsACancellationLost(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := cancelled(ctx, func(ctx context.Context) error {
			asyncio.Sleep(ctx, time.Hour)
			return nil
		})
		is(t, "cancelled", task.Cancelled(), false)
		is(t, "its error", task.Err(), nil)
	})
}

func TestCleanupMayAwait(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		cleaned := false
		task := cancelled(ctx, func(ctx context.Context) (err error) {
			defer func() { cleaned = asyncio.Sleep(ctx, time.Minute) == nil }()
			return asyncio.Sleep(ctx, time.Hour)
		})
		is(t, "cleaned up", cleaned, true)
		is(t, "cancelled", task.Cancelled(), true)
		is(t, "time", asyncio.RunningLoop(ctx).Time(), time.Minute)
	})
}

// What counts as a cancellation, and what errors.Is makes of it.
func TestWhatCountsAsCancelled(t *testing.T) {
	errClose := errors.New("close failed")
	for _, tt := range []struct {
		name string
		out  func(err error) error
		want bool
	}{
		{"as it came", func(err error) error { return err }, true},
		{"wrapped", func(err error) error { return fmt.Errorf("talking: %w", err) }, true},
		{"wrapped twice", func(err error) error { return fmt.Errorf("b: %w", fmt.Errorf("a: %w", err)) }, true},
		{"joined", func(err error) error { return errors.Join(err, errClose) }, false},
		{"with two %w", func(err error) error { return fmt.Errorf("%w, %w", err, errClose) }, false},
		{"in a group", func(err error) error { return &asyncio.GroupError{Errors: []error{err}} }, false},
		{"as text", func(err error) error { return fmt.Errorf("talking: %v", err) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				task := cancelled(ctx, func(ctx context.Context) error {
					err := tt.out(asyncio.Sleep(ctx, time.Hour))
					is(t, "IsCancelled", asyncio.IsCancelled(ctx, err), tt.want)
					is(t, "errors.Is", errors.Is(err, context.Canceled), tt.name != "as text")
					return err
				})
				is(t, "cancelled", task.Cancelled(), tt.want)
			})
		})
	}
}

// A task of a group that joins its cancellation with another error fails it.
func TestJoinEndsTheGroup(t *testing.T) {
	for _, join := range []bool{false, true} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			var quitter, sibling *asyncio.Task[struct{}]
			start := func(g *asyncio.TaskGroup, out func(err error) error) *asyncio.Task[struct{}] {
				task, err := asyncio.CreateTaskIn(g, func(ctx context.Context) (struct{}, error) {
					return struct{}{}, out(asyncio.Sleep(ctx, time.Hour))
				})
				is(t, "CreateTaskIn", err, nil)
				return task
			}
			err := asyncio.WithTaskGroup(ctx, func(ctx context.Context, g *asyncio.TaskGroup) error {
				sibling = start(g, func(err error) error { return err })
				quitter = start(g, func(err error) error {
					if join {
						return errors.Join(err, errors.New("close failed"))
					}
					return err
				})
				asyncio.Sleep(ctx, time.Second)
				quitter.Cancel()
				return nil
			})
			var group *asyncio.GroupError
			is(t, "the group failed", errors.As(err, &group), join)
			is(t, "the sibling was cancelled", sibling.Cancelled(), join)
		})
	}
}

func TestContextOfAnotherTask(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		_, err := asyncio.Go(ctx, func(context.Context) error { return asyncio.Sleep(ctx, time.Second) }).Await(ctx)
		var wrong *asyncio.WrongTaskError
		is(t, "a WrongTaskError", errors.As(err, &wrong), true)
	})
}

func TestDerivedContextStaysOff(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		loop := asyncio.RunningLoop(ctx)
		work := asyncio.Go(ctx, func(ctx context.Context) error { return asyncio.Sleep(ctx, time.Minute) })
		short, cancel := context.WithCancel(ctx)
		defer cancel()
		loop.CallLater(time.Second, cancel)
		for range 3 {
			_, err := work.Await(short)
			is(t, "an await on it", errors.Is(err, context.Canceled), true)
			is(t, "as a cancellation", asyncio.IsCancelled(ctx, err), false)
			is(t, "time", loop.Time(), time.Second)
		}
		is(t, "what was awaited is done", work.Done(), false)
		_, err := work.Await(ctx)
		is(t, "an await on the task's own", err, nil)

		// asyncio's own timeout cancels what is awaited, and its error comes once.
		work = asyncio.Go(ctx, func(ctx context.Context) error { return asyncio.Sleep(ctx, time.Minute) })
		err = asyncio.WithTimeout(ctx, time.Second, func(ctx context.Context) error {
			_, err := work.Await(ctx)
			is(t, "an await in the cleanup", asyncio.Sleep(ctx, time.Second), nil)
			return err
		})
		is(t, "a timeout", errors.Is(err, context.DeadlineExceeded), true)
		is(t, "what was awaited is cancelled", work.Cancelled(), true)
	})
}

func TestClosedContextStaysClosed(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := cancelled(ctx, func(ctx context.Context) error {
			err := asyncio.Sleep(ctx, time.Hour)
			is(t, "IsCancelled", asyncio.IsCancelled(ctx, err), true)
			asyncio.CurrentTask(ctx).Uncancel()
			is(t, "the ctx", ctx.Err(), context.Canceled)
			is(t, "an await on it", asyncio.Sleep(ctx, time.Second), nil)
			ctx = context.WithoutCancel(ctx)
			is(t, "the ctx without the cancellation", ctx.Err(), nil)
			return asyncio.Sleep(ctx, time.Second)
		})
		is(t, "its error", task.Err(), nil)
	})
}

func TestDeadlinesAreNotInherited(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		short, cancel := context.WithCancel(ctx)
		child := asyncio.Go(short, func(ctx context.Context) error { return asyncio.Sleep(ctx, time.Second) })
		cancel()
		_, err := child.Await(ctx)
		is(t, "the child's error", err, nil)
		asyncio.WithTimeout(ctx, time.Hour, func(ctx context.Context) error {
			_, set := ctx.Deadline()
			is(t, "a deadline", set, false)
			return nil
		})
	})
}

func TestVirtualTimeAndStrangers(t *testing.T) {
	for _, hold := range []bool{false, true} {
		leak.Check(t)
		posted := make(chan struct{})
		err := asyncio.Run(context.Background(), func(ctx context.Context) error {
			loop, fut := asyncio.RunningLoop(ctx), asyncio.NewFuture[int](ctx)
			release := func() {}
			if hold {
				release = loop.Hold()
				close(posted)
			}
			go func() {
				defer release()
				<-posted
				loop.CallSoonThreadsafe(func() { fut.SetResult(1) })
			}()
			_, err := fut.Await(ctx)
			return err
		}, runners.WithVirtualTime())
		var deadlock *asyncio.DeadlockError
		is(t, "a deadlock", errors.As(err, &deadlock), !hold)
		if !hold {
			close(posted)
		}
	}
}

func TestResultThatComesTooLate(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := asyncio.NewFuture[int](ctx)
		task := cancelled(ctx, func(ctx context.Context) error {
			_, err := fut.Await(ctx)
			return err
		})
		is(t, "cancelled", task.Cancelled(), true)
		is(t, "SetResult says so", errors.Is(fut.SetResult(42), asyncio.ErrInvalidState), true)
		is(t, "and does nothing", fut.Cancelled(), true)
	})
}

func TestPullMakesAnotherCoroutine(t *testing.T) {
	leak.Check(t)
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		next, stop := iter.Pull(func(yield func(error) bool) { yield(asyncio.Sleep(ctx, 0)) })
		defer stop()
		err, _ := next()
		return err
	}, runners.WithDebug())
	var wrong *asyncio.WrongTaskError
	is(t, "a WrongTaskError", errors.As(err, &wrong), true)
}

func TestCoroutineIsAwaitedOnce(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		once := asyncio.Coro(func(context.Context) (int, error) { return 1, nil })
		_, first := asyncio.Gather(ctx, once).Await(ctx)
		_, second := asyncio.Gather(ctx, once).Await(ctx)
		is(t, "the first gather", first, nil)
		is(t, "the second gather", errors.Is(second, tasks.ErrReused), true)
	})
}

// An iterator cleans up when the loop over it is left, and may await then.
func TestIteratorCleansUp(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		left := time.Duration(-1)
		pages := func(yield func(string, error) bool) {
			defer func() {
				if asyncio.Sleep(ctx, time.Minute) == nil {
					left = asyncio.RunningLoop(ctx).Time()
				}
			}()
			for yield("a page", asyncio.Sleep(ctx, time.Second)) {
			}
		}
		n := 0
		for _, err := range pages {
			if n++; err != nil || n == 3 {
				break
			}
		}
		is(t, "left at", left, 3*time.Second+time.Minute)
	})
}

func forever(ctx context.Context) error { return asyncio.Sleep(ctx, 1000*time.Hour) }

// A test as the document has it, in virtual time and in a bubble.
func TestLate(t *testing.T) {
	leak.Check(t)
	late := func(t *testing.T, ctx context.Context, opts ...asyncio.RunOption) {
		err := asyncio.Run(ctx, func(ctx context.Context) error {
			return asyncio.WithTimeout(ctx, time.Hour, forever)
		}, opts...)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want a timeout", err)
		}
	}
	late(t, context.Background(), runners.WithVirtualTime())
	synctest.Test(t, func(t *testing.T) { late(t, t.Context()) })
}
