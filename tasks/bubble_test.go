package tasks_test

// Loops in real time, within the bubbles of testing/synctest, where time is
// fake.

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// bubble runs fn as a main task in real time, in a bubble.
func bubble(t *testing.T, fn func(ctx context.Context), opts ...runners.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		err := runners.Run(context.Background(), func(ctx context.Context) error { fn(ctx); return nil }, opts...)
		fails(t, "the run", err, "nil")
	})
}

func TestSleepInABubble(t *testing.T) {
	leak.Check(t)
	bubble(t, func(ctx context.Context) {
		start := now(ctx)
		v, err := tasks.Gather(ctx, tasks.Coro(after(time.Hour, 1)), tasks.Coro(after(time.Minute, 2))).Await(ctx)
		outcome(t, "the gather", v, err, []int{1, 2})
		equal(t, "time", now(ctx)-start, time.Hour)
	})
}

// A deadline of package context ends awaits of every kind when it is due.
func TestDeadlineOfAForeignContext(t *testing.T) {
	leak.Check(t)
	bubble(t, func(ctx context.Context) {
		child, gathered := tasks.Create(ctx, after(time.Hour, 1)), tasks.Create(ctx, after(time.Hour, 1))
		for name, await := range map[string]func(ctx context.Context) error{
			"Sleep":   func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) },
			"Task":    func(ctx context.Context) error { _, err := child.Await(ctx); return err },
			"Gather":  func(ctx context.Context) error { _, err := tasks.Gather(ctx, gathered).Await(ctx); return err },
			"WaitFor": func(ctx context.Context) error { _, err := tasks.WaitFor(ctx, child, time.Hour); return err },
			"Wait": func(ctx context.Context) error {
				_, _, err := tasks.Wait(ctx, []*tasks.Task[int]{child}, tasks.AllCompleted, tasks.NoTimeout)
				return err
			},
		} {
			start := now(ctx)
			limited, cancel := context.WithTimeout(ctx, time.Second)
			fails(t, name, await(limited), context.DeadlineExceeded.Error())
			cancel()
			equal(t, "time of "+name, now(ctx)-start, time.Second)
			equal(t, "cancelled", child.Cancelling()+gathered.Cancelling(), 0)
		}
		equal(t, "child is still waited for", child.Core().Subscribed(), false)
		v, err := child.Await(ctx)
		outcome(t, "the child", v, err, 1)
	})
}

// The loop sleeps until another goroutine wakes it.
func TestWakeUpFromAnotherGoroutineInABubble(t *testing.T) {
	leak.Check(t)
	bubble(t, func(ctx context.Context) {
		l, fut := eventloop.FromContext(ctx), futures.New[string](ctx)
		release := l.Hold()
		defer release()
		start := now(ctx)
		timer, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		go func() {
			<-timer.Done()
			l.CallSoonThreadsafe(func() { fut.SetResult("woken") })
		}()
		v, err := fut.Await(ctx)
		outcome(t, "the future", v, err, "woken")
		equal(t, "time", now(ctx)-start, time.Minute)
	})
}

// A failed task that is collected in a bubble is reported there: the cleanup
// that notices it, outside the bubble, must not touch the loop.
func TestUnseenErrorInABubble(t *testing.T) {
	leak.Check(t)
	var r reports
	bubble(t, func(ctx context.Context) {
		tasks.Create(ctx, failing(0, errTest), tasks.WithName("lost"))
		turns(ctx, 3)
		for range 1000 {
			runtime.GC()
			runtime.Gosched()
			turns(ctx, 1)
			if len(r.lines) > 0 {
				break
			}
		}
	}, r.option())
	equal(t, "reports", r.lines, []string{"error was never retrieved: lost: an error"})
}
