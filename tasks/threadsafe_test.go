package tasks_test

// Tasks asked for by other goroutines: test_tasks.RunCoroutineThreadsafeTests,
// by CallSoonThreadsafe.

import (
	"context"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// submit makes fn a task of l from another goroutine. The task's outcome comes
// over the channel; calling cancel cancels the task.
func submit[T any](l *eventloop.Loop, fn func(context.Context) (T, error)) (result <-chan tasks.Result[T], cancel func(), err error) {
	var task *tasks.Task[T]
	c := make(chan tasks.Result[T], 1)
	_, err = l.CallSoonThreadsafe(func() {
		task = tasks.Create(l.Context(context.Background()), fn, tasks.WithName("submitted"))
		task.AddDoneCallback(func(task *tasks.Task[T]) {
			v, err := task.Result()
			c <- tasks.Result[T]{Value: v, Err: err}
		})
	})
	return c, func() { l.CallSoonThreadsafe(func() { task.Cancel() }) }, err
}

// inThread runs fn on another goroutine and waits for it.
func inThread(ctx context.Context, fn func()) error {
	l := eventloop.FromContext(ctx)
	done := futures.New[struct{}](ctx)
	release := l.Hold()
	go func() {
		fn()
		l.CallSoonThreadsafe(func() {
			release()
			done.SetResult(struct{}{})
		})
	}()
	_, err := done.Await(ctx)
	return err
}

// test_tasks.RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe,
// test_run_coroutine_threadsafe_with_exception
func TestTaskFromAnotherGoroutine(t *testing.T) {
	for _, want := range []string{"nil", errTest.Error()} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			l := eventloop.FromContext(ctx)
			fails(t, "the wait", inThread(ctx, func() {
				result, _, err := submit(l, func(ctx context.Context) (int, error) {
					turns(ctx, 3)
					if want != "nil" {
						return 0, errTest
					}
					return 3, nil
				})
				fails(t, "CallSoonThreadsafe", err, "nil")
				r := <-result
				fails(t, "the task", r.Err, want)
				equal(t, "has its value", r.Value == 3, r.Err == nil)
			}), "nil")
		})
	}
}

// test_tasks.RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_with_timeout:
// a caller that gives up cancels its task, and nothing of it is left.
func TestTaskFromAnotherGoroutineThatGivesUp(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l, never := eventloop.FromContext(ctx), futures.New[int](ctx)
		fails(t, "the wait", inThread(ctx, func() {
			result, cancel, _ := submit(l, never.Await)
			cancel()
			fails(t, "the task", (<-result).Err, "cancelled()")
		}), "nil")
		equal(t, "All", names(tasks.All(ctx)), []string{"Task-1"})
	})
}

// test_tasks.RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_task_cancelled
func TestTaskFromAnotherGoroutineThatCancelsItself(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l := eventloop.FromContext(ctx)
		fails(t, "the wait", inThread(ctx, func() {
			result, _, _ := submit(l, func(ctx context.Context) (int, error) {
				tasks.Current(ctx).Cancel()
				return 1, tasks.Sleep(ctx, 0)
			})
			fails(t, "the task", (<-result).Err, "cancelled()")
		}), "nil")
	})
}

// A future made on a goroutine that is not the loop's is completed with the
// loop's help, and wakes a loop that sleeps in real time.
func TestCallSoonThreadsafeWakesASleepingLoop(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	defer l.Close()
	fut := futures.On[string](l)
	go l.CallSoonThreadsafe(func() { fut.SetResult("woken") })
	task := tasks.Create(l.Context(context.Background()), func(ctx context.Context) (string, error) {
		return tasks.WaitFor(ctx, fut, time.Hour)
	})
	fails(t, "the run", l.RunUntilComplete(task), "nil")
	v, err := task.Result()
	outcome(t, "the task", v, err, "woken")
}
