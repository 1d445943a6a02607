package tasks_test

// Tasks that panic.

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// explode is where the panics of these tests come from.
func explode(value any) { panic(value) }

// Who awaits a task that panics gets that as an error, with the stack of its
// origin; the loop and the other tasks go on.
func TestPanicIsTheTasksError(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		sibling := tasks.Create(ctx, after(2*time.Second, 1))
		task := tasks.Go(ctx, func(ctx context.Context) error {
			tasks.Sleep(ctx, time.Second)
			explode("boom")
			return nil
		})
		_, err := task.Await(ctx)
		var p *coro.PanicError
		if !errors.As(err, &p) {
			t.Fatalf("error is %T: %v", err, err)
		}
		equal(t, "Value", p.Value, any("boom"))
		equal(t, "the stack names its origin", strings.Contains(string(p.Stack), "tasks_test.explode"), true)
		equal(t, "so does the text", strings.Contains(err.Error(), "tasks_test.explode"), true)
		v, err := sibling.Await(ctx)
		outcome(t, "the sibling", v, err, 1)
	})
}

// A panic that nobody waits for is reported when the task ends, once; it stays
// the task's error.
func TestPanicNobodyAwaits(t *testing.T) {
	leak.Check(t)
	var r reports
	fails(t, "the run", runErr(func(ctx context.Context) error {
		task := tasks.Go(ctx, func(context.Context) error { explode("boom"); return nil }, tasks.WithName("lonely"))
		turns(ctx, 2)
		equal(t, "reports so far", len(r.lines), 1)
		_, err := task.Await(ctx)
		fails(t, "the task", err, "panic(boom)")
		fails(t, "Err", task.Err(), "panic(boom)")
		return nil
	}, r.option()), "nil")
	equal(t, "reports", r.lines, []string{"panic in a task that nobody awaits: lonely: panic(boom)"})
}

// A panic is never a cancellation, whatever its value.
func TestPanicIsNoCancellation(t *testing.T) {
	for _, value := range []any{context.Canceled, &futures.CancelledError{}, futures.ErrCancelled, errTest} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			task := tasks.Go(ctx, func(ctx context.Context) error {
				fails(t, "the sleep", tasks.Sleep(ctx, time.Second), "cancelled()")
				explode(value)
				return nil
			})
			turns(ctx, 1)
			task.Cancel()
			_, err := task.Await(ctx)
			equal(t, "Cancelled", task.Cancelled(), false)
			equal(t, "futures.IsCancelled", futures.IsCancelled(err), false)
			equal(t, "tasks.IsCancelled", tasks.IsCancelled(ctx, err), false)
			equal(t, "errors.Is its value", errors.Is(err, value.(error)), true)
		})
	}
}

// A panic of the main task leaves Run, with the stack of its origin in its text;
// the other tasks have had their cleanup by then.
func TestPanicOfTheMainTask(t *testing.T) {
	leak.Check(t)
	cleanedUp := false
	text := panics(func() {
		runErr(func(ctx context.Context) error {
			tasks.Go(ctx, func(ctx context.Context) error {
				err := tasks.Sleep(ctx, time.Hour)
				tasks.Sleep(ctx, time.Second)
				cleanedUp = true
				return err
			})
			tasks.Sleep(ctx, 0)
			explode("boom")
			return nil
		})
	})
	equal(t, "the panic starts with", text[:len("asyncio: panic: boom\n")], "asyncio: panic: boom\n")
	equal(t, "the stack names its origin", strings.Contains(text, "tasks_test.explode"), true)
	equal(t, "the other task cleaned up", cleanedUp, true)
}

// A PanicError that is raised again keeps the stack of the first panic.
func TestPanicRaisedAgain(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		inner := tasks.Go(ctx, func(ctx context.Context) error {
			tasks.Sleep(ctx, time.Second)
			explode("boom")
			return nil
		})
		outer := tasks.Go(ctx, func(ctx context.Context) error {
			_, err := inner.Await(ctx)
			panic(err)
		})
		_, outerErr := outer.Await(ctx)
		_, innerErr := inner.Await(ctx)
		equal(t, "it is the same error", innerErr == outerErr, true)
	})
}

// Deferred functions run while the panic passes, and may await.
func TestCleanupThatAwaitsDuringAPanic(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var events []string
		task := tasks.Go(ctx, func(ctx context.Context) error {
			defer func() {
				events = append(events, describe(tasks.Sleep(ctx, time.Second)))
				fut := futures.New[int](ctx)
				tasks.Go(ctx, func(context.Context) error { return fut.SetResult(1) })
				_, err := fut.Await(ctx)
				events = append(events, describe(err))
			}()
			explode("boom")
			return nil
		})
		_, err := task.Await(ctx)
		fails(t, "the task", err, "panic(boom)")
		equal(t, "time", now(ctx), time.Second)
		equal(t, "awaits of the cleanup", events, []string{"nil", "nil"})
	})
}

// A panic that the task recovers from is its own affair.
func TestRecoveredPanic(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Create(ctx, func(ctx context.Context) (text string, err error) {
			defer func() {
				text = recover().(string)
				err = tasks.Sleep(ctx, time.Second)
			}()
			explode("boom")
			return "", nil
		})
		v, err := task.Await(ctx)
		outcome(t, "the task", v, err, "boom")
	})
}

// A panic completes a gather as an error does.
func TestPanicInAGather(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		bad := tasks.Coro(func(context.Context) (int, error) { explode("boom"); return 0, nil })
		_, err := tasks.Gather(ctx, bad, tasks.Coro(after(time.Second, 1))).Await(ctx)
		fails(t, "the gather", err, "panic(boom)")
		res, err := tasks.GatherSettled(ctx, tasks.Coro(func(context.Context) (int, error) { explode("boom"); return 0, nil }),
			tasks.Coro(after(time.Second, 1))).Await(ctx)
		fails(t, "the settled gather", err, "nil")
		fails(t, "its first result", res[0].Err, "panic(boom)")
		outcome(t, "its second result", res[1].Value, res[1].Err, 1)
	})
}

// panic(nil) is a panic too.
func TestPanicNil(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		_, err := tasks.Go(ctx, func(context.Context) error { explode(nil); return nil }).Await(ctx)
		var p *coro.PanicError
		equal(t, "is a PanicError", errors.As(err, &p), true)
	})
}

// A hook that panics is a panic of whoever creates the task.
func TestPanicOfTheTaskHook(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		equal(t, "panic", panics(func() { tasks.Create(ctx, after(0, 0), tasks.WithName("bad")) }), "hook")
		fails(t, "the next await", tasks.Sleep(ctx, time.Second), "nil")
	}, runners.WithTaskHook(func(task tasks.Any) {
		if task.Name() == "bad" {
			panic("hook")
		}
	}))
}
