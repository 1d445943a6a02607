package threads_test

// A task that awaits a job of another loop (asyncio: wrap_future of what
// run_coroutine_threadsafe returns), and of its own.

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
)

// home returns the loop that a task of the loop of ctx is to submit to, and what
// ends it: that loop itself, or another in real time.
func home(t *testing.T, ctx context.Context, own bool) (*eventloop.Loop, func()) {
	if own {
		return eventloop.FromContext(ctx), func() {}
	}
	return serve(t)
}

// awaits runs fn in a bubble with a job's loop, the task's own or another.
func awaits(t *testing.T, fn func(t *testing.T, ctx context.Context, l *eventloop.Loop)) {
	for _, own := range []bool{true, false} {
		name := map[bool]string{true: "own loop", false: "another loop"}[own]
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			synctest.Test(t, func(t *testing.T) {
				var r reports
				err := runners.Run(t.Context(), func(ctx context.Context) error {
					l, stop := home(t, ctx, own)
					fn(t, ctx, l)
					stop()
					return nil
				}, r.option())
				fails(t, "the run", err, "nil")
				equal(t, "reports", r.lines, nil)
			})
		})
	}
}

func TestAwaitJob(t *testing.T) {
	awaits(t, func(t *testing.T, ctx context.Context, l *eventloop.Loop) {
		start := eventloop.FromContext(ctx).Time()
		job := threads.Submit(l, func(ctx context.Context) (int, error) { return 1, tasks.Sleep(ctx, time.Hour) })
		all, err := tasks.Gather(ctx, job, tasks.Coro(job.Await), threads.Submit(l, value(2))).Await(ctx)
		outcome(t, "the gather", all, err, []int{1, 1, 2})
		equal(t, "time", eventloop.FromContext(ctx).Time()-start, time.Hour)
		_, err = threads.Submit(l, func(context.Context) (int, error) { panic("boom") }).Await(ctx)
		fails(t, "a panic", err, "panic(boom)")
	})
}

// Cancelling the task that awaits cancels the job, and does not wait for it; a ctx that
// ends leaves it alone.
func TestCancelOfTheAwait(t *testing.T) {
	awaits(t, func(t *testing.T, ctx context.Context, l *eventloop.Loop) {
		cleaned := make(chan struct{})
		job := threads.Submit(l, func(ctx context.Context) (int, error) {
			err := tasks.Sleep(ctx, time.Hour)
			if err := tasks.Sleep(ctx, time.Minute); err != nil {
				return 0, err
			}
			close(cleaned)
			return 0, err
		})
		limited, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_, err := job.Await(limited)
		fails(t, "the await with a deadline", err, "context deadline exceeded")
		task := tasks.Create(ctx, job.Await)
		if err := tasks.Sleep(ctx, time.Second); err != nil {
			t.Error(err)
		}
		task.Cancel("x")
		_, err = task.Await(ctx)
		fails(t, "the task", err, "cancelled(x)")
		select {
		case <-cleaned:
			t.Error("the await has waited for the job's task")
		default:
		}
		_, err = job.Await(ctx)
		fails(t, "the job", err, "cancelled(x)")
		<-cleaned
	})
}

// Cancelling the job ends the await with that.
func TestCancelOfTheJobAwaited(t *testing.T) {
	awaits(t, func(t *testing.T, ctx context.Context, l *eventloop.Loop) {
		job := threads.Submit(l, func(ctx context.Context) (int, error) { return 0, tasks.Sleep(ctx, time.Hour) })
		task := tasks.Create(ctx, job.Await)
		if err := tasks.Sleep(ctx, time.Second); err != nil {
			t.Error(err)
		}
		job.Cancel("y")
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled(y)")
	})
}

// 53 test_futures.BaseFutureTests.test_wrap_future_cancel2, for a job: it is done when
// the task that awaits it is cancelled, but that has not noticed. Each keeps its outcome.
func TestWrapFutureCancel2OfAJob(t *testing.T) {
	leak.Check(t)
	bubble(t, func(ctx context.Context) {
		l, stop := serve(t)
		gate := make(chan struct{})
		f1 := threads.Submit(l, func(ctx context.Context) (int, error) {
			_, _, err := threads.Recv(ctx, gate)
			return 42, err
		})
		f2 := tasks.Create(ctx, f1.Await)
		turns(ctx, 2)
		close(gate)
		<-f1.Done() // blocking the loop, which takes no posts meanwhile
		equal(t, "Cancel", f2.Cancel(), true)
		_, err := f2.Await(ctx)
		fails(t, "f2", err, "cancelled()")
		v, err := f1.Wait(context.Background())
		outcome(t, "f1", v, err, 42)
		stop()
	})
}

// The other loop closes while a task waits for it.
func TestAwaitOfALoopThatCloses(t *testing.T) {
	leak.Check(t)
	bubble(t, func(ctx context.Context) {
		l, stop := serve(t)
		never := threads.Submit(l, func(ctx context.Context) (int, error) { return futures.New[int](ctx).Await(ctx) })
		late := threads.Submit(l, func(ctx context.Context) (int, error) {
			tasks.Sleep(ctx, time.Hour) // is cancelled
			threads.Submit(l, value(1))
			return 1, nil
		})
		a, b := tasks.Create(ctx, never.Await), tasks.Create(ctx, late.Await)
		if err := tasks.Sleep(ctx, time.Second); err != nil {
			t.Error(err)
		}
		stop()
		_, err := a.Await(ctx)
		fails(t, "the first", err, "cancelled()")
		v, err := b.Await(ctx)
		outcome(t, "the second", v, err, 1)
		_, err = threads.Submit(l, value(1)).Await(ctx)
		fails(t, "after Close", err, eventloop.ErrLoopClosed.Error())
	})
}

// The loop of the task that waits closes first.
func TestAwaitInALoopThatCloses(t *testing.T) {
	leak.Check(t)
	synctest.Test(t, func(t *testing.T) {
		l, stop := serve(t)
		job := threads.Submit(l, func(ctx context.Context) (int, error) { return 1, tasks.Sleep(ctx, time.Hour) })
		own := eventloop.New(eventloop.WithExceptionHandler((&reports{}).handle))
		task := tasks.Create(own.Context(context.Background()), job.Await)
		own.CallLater(time.Second, own.Stop)
		fails(t, "the run", own.RunForever(), "nil")
		fails(t, "Close", own.Close(), "nil")
		fails(t, "the task", task.Err(), eventloop.ErrLoopClosed.Error())
		v, err := job.Wait(t.Context())
		outcome(t, "the job", v, err, 1)
		stop()
	})
}
