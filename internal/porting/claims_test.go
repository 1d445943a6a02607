package porting_test

// What the document says about contexts, goroutines, coroutines and tests, tried
// out.

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/goasyncio/asyncio"
	"github.com/goasyncio/asyncio/asynciotest"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
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

// Virtual time waits for a goroutine only if the loop is held.
func TestVirtualTimeAndStrangers(t *testing.T) {
	for _, hold := range []bool{false, true} {
		leak.Check(t)
		post, gone := make(chan struct{}), make(chan struct{})
		err := asyncio.Run(context.Background(), func(ctx context.Context) error {
			loop, fut := asyncio.RunningLoop(ctx), asyncio.NewFuture[int](ctx)
			release := func() {}
			if hold {
				release = loop.Hold()
				close(post)
			}
			go func() {
				defer close(gone)
				defer release()
				<-post
				loop.CallSoonThreadsafe(func() { fut.SetResult(1) })
			}()
			_, err := fut.Await(ctx)
			return err
		}, runners.WithVirtualTime())
		var deadlock *asyncio.DeadlockError
		is(t, "a deadlock", errors.As(err, &deadlock), !hold)
		if !hold {
			close(post)
		}
		<-gone
	}
}

// A run whose ctx may be cancelled waits for that.
func TestVirtualTimeAndACancellableContext(t *testing.T) {
	leak.Check(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := asyncio.Run(ctx, func(ctx context.Context) error {
		go cancel()
		_, err := asyncio.NewFuture[int](ctx).Await(ctx)
		return err
	}, runners.WithVirtualTime())
	var deadlock *asyncio.DeadlockError
	is(t, "a deadlock", errors.As(err, &deadlock), false)
	is(t, "cancelled", errors.Is(err, context.Canceled), true)
}

// A function on another goroutine cannot await, and hears of a cancellation.
func TestAwaitInAThread(t *testing.T) {
	leak.Check(t)
	told := make(chan error, 1)
	run(t, func(ctx context.Context) {
		loop, started := asyncio.RunningLoop(ctx), asyncio.NewFuture[error](ctx)
		task := asyncio.Go(ctx, func(ctx context.Context) error {
			_, err := threads.ToThread(ctx, func(ctx context.Context) (int, error) {
				err := asyncio.Sleep(ctx, 0)
				loop.CallSoonThreadsafe(func() { started.SetResult(err) })
				<-ctx.Done()
				told <- ctx.Err()
				return 0, nil
			})
			return err
		})
		err, _ := started.Await(ctx)
		is(t, "an await", errors.Is(err, asyncio.ErrNoTask), true)
		task.Cancel()
		task.Await(ctx)
		is(t, "cancelled", task.Cancelled(), true)
	})
	is(t, "the ctx of the function", <-told, context.Canceled)
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
	err := asyncio.Run(context.Background(), func(ctx context.Context) error {
		return asyncio.WithTimeout(ctx, time.Hour, forever)
	}, runners.WithVirtualTime())
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want a timeout", err)
	}
	asynciotest.Run(t, func(ctx context.Context) {
		err := asyncio.WithTimeout(ctx, time.Hour, forever)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want a timeout", err)
		}
	})
}
