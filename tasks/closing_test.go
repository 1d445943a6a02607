package tasks_test

// Tasks that are not done when their loop is closed.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// Coroutines that never started, or are suspended, when their loop is closed
// leave no goroutine behind; each is reported.
func TestTasksLeftWhenALoopIsClosed(t *testing.T) {
	leak.Check(t)
	var r reports
	l := eventloop.New(eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) {
		r.lines = append(r.lines, e.Reason.String())
	}))
	ctx := l.Context(context.Background())
	unwound := 0
	suspended := tasks.Go(ctx, func(ctx context.Context) error {
		defer func() { unwound++ }()
		fails(t, "the await", tasks.Sleep(ctx, time.Hour), coro.ErrClosed.Error())
		fails(t, "the await of the cleanup", tasks.Sleep(ctx, time.Second), coro.ErrClosed.Error())
		late := tasks.Create(ctx, after(0, 0))
		fails(t, "a task made in the cleanup", late.Err(), eventloop.ErrLoopClosed.Error())
		return nil
	})
	l.CallSoon(l.Stop)
	fails(t, "the run", l.RunForever(), "nil")
	created := tasks.Go(ctx, func(context.Context) error { unwound++; return nil })
	fails(t, "Close", l.Close(), "nil")
	equal(t, "unwound", unwound, 1)
	fails(t, "the suspended task", suspended.Err(), eventloop.ErrLoopClosed.Error())
	fails(t, "the created task", created.Err(), eventloop.ErrLoopClosed.Error())
	equal(t, "reports", r.lines, []string{
		"task was not done when its loop was closed", "task was not done when its loop was closed"})
}

// A task that tries again whatever error it gets is unwound in the end.
func TestRetryLoopUnderClose(t *testing.T) {
	leak.Check(t)
	var r reports
	l := eventloop.New(eventloop.WithExceptionHandler(func(_ *eventloop.Loop, e eventloop.Event) {
		r.lines = append(r.lines, e.Reason.String())
	}))
	tries, unwound := 0, false
	task := tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
		defer func() { unwound = true }()
		for tasks.Sleep(ctx, time.Hour) != nil {
			tries++
		}
		return nil
	})
	l.CallSoon(l.Stop)
	l.RunForever()
	fails(t, "Close", l.Close(), "nil")
	equal(t, "tries", tries, 100)
	equal(t, "unwound", unwound, true)
	equal(t, "Done", task.Done(), true)
	equal(t, "reports", r.lines, []string{"task was not done when its loop was closed", "coroutine ignored Close"})
}

// Whatever they wait in, closing them comes to an end, and leaves nothing.
func TestEveryWaitUnderClose(t *testing.T) {
	for name, wait := range map[string]func(ctx context.Context) error{
		"Sleep":  func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) },
		"Future": func(ctx context.Context) error { _, err := futures.New[int](ctx).Await(ctx); return err },
		"Task": func(ctx context.Context) error {
			_, err := tasks.Create(ctx, after(time.Hour, 0)).Await(ctx)
			return err
		},
		"Gather": func(ctx context.Context) error {
			_, err := tasks.Gather(ctx, tasks.Coro(after(time.Hour, 0))).Await(ctx)
			return err
		},
		"Shield": func(ctx context.Context) error {
			_, err := tasks.Shield(ctx, futures.New[int](ctx)).Await(ctx)
			return err
		},
		"Wait": func(ctx context.Context) error {
			_, _, err := tasks.Wait(ctx, []*futures.Future[int]{futures.New[int](ctx)}, tasks.AllCompleted, time.Hour)
			return err
		},
		"WaitFor": func(ctx context.Context) error {
			_, err := tasks.WaitFor(ctx, futures.New[int](ctx), time.Hour)
			return err
		},
		"AsCompleted": func(ctx context.Context) error {
			for _, err := range tasks.AsCompleted(ctx, time.Hour, futures.New[int](ctx)).Results(ctx) {
				return err
			}
			return nil
		},
		"Timeout": func(ctx context.Context) error {
			return timeouts.Run(ctx, time.Hour, func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) })
		},
		"foreign ctx": func(ctx context.Context) error {
			derived, cancel := context.WithCancel(ctx)
			defer cancel()
			return tasks.Sleep(derived, time.Hour)
		},
	} {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			l := eventloop.New(eventloop.WithExceptionHandler(func(*eventloop.Loop, eventloop.Event) {}))
			var ended error
			tasks.Go(l.Context(context.Background()), func(ctx context.Context) error {
				ended = wait(ctx)
				return ended
			})
			for range 2 {
				l.CallSoon(l.Stop)
				l.RunForever()
			}
			fails(t, "Close", l.Close(), "nil")
			fails(t, "the wait", ended, coro.ErrClosed.Error())
			equal(t, "tasks left", len(tasks.AllOf(l)), 0)
		})
	}
}
