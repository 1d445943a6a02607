package threads_test

// Submit: test_tasks.RunCoroutineThreadsafeTests, and what a job says in every moment
// of its life.

import (
	"context"
	"errors"
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

// add waits and returns 1 + 2, as the test class's coroutine does.
func add(fail, cancel bool) func(ctx context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		if err := tasks.Sleep(ctx, 50*time.Millisecond); err != nil {
			return 0, err
		}
		if fail {
			return 0, errTest
		}
		if cancel {
			tasks.Current(ctx).Cancel()
			if err := tasks.Sleep(ctx, 0); err != nil {
				return 0, err
			}
		}
		return 1 + 2, nil
	}
}

// target submits add from another goroutine and waits for it, for as long as limit
// says, as the test class's target does.
func target(ctx context.Context, limit time.Duration, fail, cancel bool) (int, error) {
	l := eventloop.FromContext(ctx)
	return threads.ToThread(ctx, func(ctx context.Context) (int, error) {
		job := threads.Submit(l, add(fail, cancel))
		defer job.Cancel()
		if limit >= 0 {
			limited, cancel := context.WithTimeout(ctx, limit)
			defer cancel()
			return job.Wait(limited)
		}
		return job.Wait(ctx)
	})
}

// test_run_coroutine_threadsafe, test_run_coroutine_threadsafe_with_exception
func TestSubmit(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		v, err := target(ctx, -1, false, false)
		outcome(t, "target", v, err, 3)
		_, err = target(ctx, -1, true, false)
		fails(t, "target", err, errTest.Error())
		equal(t, "virtual time", eventloop.FromContext(ctx).Time(), 100*time.Millisecond)
	})
}

// 44 test_tasks.RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_with_timeout:
// the wait gives up, the job is cancelled, and no task is left.
func TestSubmitWithTimeout(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		_, err := target(ctx, 0, false, false)
		equal(t, "a timeout", errors.Is(err, context.DeadlineExceeded), true)
		turns(ctx, 3)
		equal(t, "tasks", len(tasks.All(ctx)), 1) // this one
	})
}

// 45 test_tasks.RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_task_cancelled
func TestSubmitTaskCancelled(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		_, err := target(ctx, -1, false, true)
		fails(t, "target", err, "cancelled()")
	})
}

// serve runs a loop until the returned function is called, which returns what the run
// returned. It must be in a bubble.
func serve(t *testing.T, opts ...runners.Option) (l *eventloop.Loop, stop func()) {
	t.Helper()
	got, quit, gone := make(chan *eventloop.Loop), make(chan struct{}), make(chan error)
	go func() {
		gone <- runners.Run(context.Background(), func(ctx context.Context) error {
			got <- eventloop.FromContext(ctx)
			_, _, err := threads.Recv(ctx, quit)
			return err
		}, opts...)
	}()
	return <-got, func() {
		t.Helper()
		close(quit)
		fails(t, "the run", <-gone, "nil")
	}
}

// What a job's function does is what Wait returns, each time.
func TestJobOutcome(t *testing.T) {
	for _, tt := range []struct {
		name string
		fn   func(ctx context.Context) (int, error)
		want string
	}{
		{"value", value(0), "nil"},
		{"error", func(context.Context) (int, error) { return 0, errTest }, errTest.Error()},
		{"panic", func(context.Context) (int, error) { panic("boom") }, "panic(boom)"},
		{"cancelled", func(ctx context.Context) (int, error) {
			tasks.Current(ctx).Cancel("x")
			return 0, tasks.Sleep(ctx, 1)
		}, "cancelled(x)"},
		{"late", func(ctx context.Context) (int, error) { return 0, tasks.Sleep(ctx, time.Hour) }, "nil"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			synctest.Test(t, func(t *testing.T) {
				var r reports
				l, stop := serve(t, r.option())
				job := threads.Submit(l, tt.fn)
				for range 2 {
					_, err := job.Wait(t.Context())
					fails(t, "Wait", err, tt.want)
				}
				<-job.Done()
				equal(t, "Cancel", job.Cancel(), false)
				expired, cancel := context.WithCancel(t.Context())
				cancel()
				_, err := job.Wait(expired)
				fails(t, "Wait that is late for its ctx but not for the job", err, tt.want)
				stop()
				equal(t, "reports", r.lines, nil)
			})
		})
	}
}

// A job waits for a loop that does not run yet.
func TestSubmitBeforeTheRun(t *testing.T) {
	leak.Check(t)
	r := runners.New(runners.WithVirtualTime())
	defer r.Close()
	job := threads.Submit(r.Loop(), add(false, false), tasks.WithName("early"))
	limited, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := job.Wait(limited)
	fails(t, "a Wait before the run", err, "context canceled")
	err = r.Run(context.Background(), func(ctx context.Context) error {
		v, err := job.Await(ctx)
		outcome(t, "Await", v, err, 3)
		return nil
	})
	fails(t, "the run", err, "nil")
	v, err := job.Wait(context.Background())
	outcome(t, "Wait after the run", v, err, 3)
}

// Wait blocks, and that is not for tasks and callbacks.
func TestWaitInATask(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l := eventloop.FromContext(ctx)
		job := threads.Submit(l, value(1))
		_, err := job.Wait(ctx)
		fails(t, "with the ctx of a task", err, threads.ErrWaitInTask.Error())
		_, err = job.Wait(l.Context(ctx))
		fails(t, "with that of a callback", err, threads.ErrWaitInTask.Error())
		v, err := job.Await(ctx)
		outcome(t, "Await", v, err, 1)
		v, err = job.Await(ctx)
		outcome(t, "Await again", v, err, 1)
	})
}

func TestSubmitMisuse(t *testing.T) {
	leak.Check(t)
	l := eventloop.New()
	defer l.Close()
	equal(t, "no function", panics(func() { threads.Submit[int](l, nil) }), "asyncio: Submit of a nil function")
	equal(t, "no loop", panics(func() { threads.Submit(nil, value(1)) }), "asyncio: Submit to a nil loop")
}

// The task has the values that the run has, and a name if it is given one.
func TestTaskOfAJob(t *testing.T) {
	leak.Check(t)
	err := runners.Run(context.WithValue(context.Background(), key{}, "run"), func(ctx context.Context) error {
		job := threads.Submit(eventloop.FromContext(ctx), func(ctx context.Context) (string, error) {
			return ctx.Value(key{}).(string) + " " + tasks.Current(ctx).Name(), nil
		}, tasks.WithName("job"))
		v, err := job.Await(context.WithValue(ctx, key{}, "task"))
		outcome(t, "the job", v, err, "run job")
		return nil
	}, runners.WithVirtualTime())
	fails(t, "the run", err, "nil")
}

// Jobs of one goroutine start in the order in which they were submitted.
func TestOrderOfJobs(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l := eventloop.FromContext(ctx)
		var got, want []int
		last, err := threads.ToThread(ctx, func(ctx context.Context) (last *threads.Job[int], _ error) {
			for i := range 100 {
				last = threads.Submit(l, func(context.Context) (int, error) { got = append(got, i); return i, nil })
				want = append(want, i)
			}
			return last, nil
		})
		fails(t, "ToThread", err, "nil")
		v, err := last.Await(ctx)
		outcome(t, "the last", v, err, 99)
		equal(t, "order", got, want)
	})
}

// A future that another goroutine waits for by a job.
func TestJobOfAFuture(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l, fut := eventloop.FromContext(ctx), futures.New[int](ctx)
		l.CallLater(time.Hour, func() { fut.SetResult(5) })
		v, err := threads.ToThread(ctx, func(ctx context.Context) (int, error) {
			return threads.Submit(l, fut.Await).Wait(ctx)
		})
		outcome(t, "the future", v, err, 5)
	})
}
