package threads_test

// What ToThread does when nothing goes wrong: test_threads.ToThreadTests, and the ctx
// of the function.

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/goid"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/locks"
	"github.com/goasyncio/asyncio/queues"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/taskgroups"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/threads"
	"github.com/goasyncio/asyncio/timeouts"
)

// test_to_thread, test_to_thread_exception
func TestToThread(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		v, err := threads.ToThread(ctx, value(42))
		outcome(t, "a function that succeeds", v, err, 42)
		v, err = threads.ToThread(ctx, func(context.Context) (int, error) { return 1, errTest })
		fails(t, "a function that fails", err, errTest.Error())
		equal(t, "its value", v, 0)
	})
}

// It runs on another goroutine, and the loop goes on meanwhile.
func TestToThreadLeavesTheLoopAlone(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		gate := make(chan struct{})
		tasks.Go(ctx, func(ctx context.Context) error {
			turns(ctx, 10)
			close(gate)
			return nil
		})
		here := goid.Get()
		there, err := threads.ToThread(ctx, func(context.Context) (uint64, error) {
			<-gate // which only a loop that runs will open
			return goid.Get(), nil
		})
		fails(t, "ToThread", err, "nil")
		equal(t, "it ran on the same goroutine", there == here, false)
	})
}

// test_to_thread_once, test_to_thread_concurrent
func TestToThreadConcurrently(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		calls := make(chan int, 100)
		var all []tasks.Awaitable[int]
		for i := range 10 {
			all = append(all, tasks.Coro(func(ctx context.Context) (int, error) {
				return threads.ToThread(ctx, func(context.Context) (int, error) { calls <- i; return i, nil })
			}))
		}
		got, err := tasks.Gather(ctx, all...).Await(ctx)
		outcome(t, "the gather", got, err, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
		equal(t, "calls", len(calls), 10)
	})
}

type key struct{}

// test_to_thread_contextvars
func TestToThreadPassesValues(t *testing.T) {
	leak.Check(t)
	get := func(ctx context.Context) (any, error) { return ctx.Value(key{}), nil }
	run(t, func(ctx context.Context) {
		v, err := threads.ToThread(context.WithValue(ctx, key{}, "parrot"), get)
		outcome[any](t, "ToThread", v, err, "parrot")
		v, err = threads.RunInExecutor(context.WithValue(ctx, key{}, "spam"), nil, get).Await(ctx)
		outcome[any](t, "RunInExecutor", v, err, "spam")
		v, err = threads.ToThread(ctx, get)
		outcome[any](t, "without", v, err, nil)
		task := tasks.Create(context.WithValue(ctx, key{}, "task"), func(ctx context.Context) (any, error) { return threads.ToThread(ctx, get) })
		v, err = task.Await(ctx)
		outcome[any](t, "in a task", v, err, "task")
	})
}

// The function has no task: what would wait returns an error, at once and without
// touching the loop.
func TestAwaitsOnAnotherGoroutine(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		var (
			lock  locks.Lock
			event locks.Event
			queue = queues.New[int](1)
			fut   = futures.New[int](ctx)
			ch    = make(chan int)
			job   = threads.Submit(eventloop.FromContext(ctx), fut.Await)
		)
		turns(ctx, 2)
		for name, await := range map[string]func(ctx context.Context) error{
			"Sleep(0)":      func(ctx context.Context) error { return tasks.Sleep(ctx, 0) },
			"Sleep":         func(ctx context.Context) error { return tasks.Sleep(ctx, time.Hour) },
			"Future.Await":  func(ctx context.Context) error { _, err := fut.Await(ctx); return err },
			"Job.Await":     func(ctx context.Context) error { _, err := job.Await(ctx); return err },
			"Lock.Acquire":  lock.Acquire,
			"Event.Wait":    event.Wait,
			"Queue.Get":     func(ctx context.Context) error { _, err := queue.Get(ctx); return err },
			"taskgroup":     func(ctx context.Context) error { return taskgroups.Run(ctx, nobody) },
			"ToThread":      func(ctx context.Context) error { _, err := threads.ToThread(ctx, value(1)); return err },
			"Recv":          func(ctx context.Context) error { _, _, err := threads.Recv(ctx, ch); return err },
			"Send":          func(ctx context.Context) error { return threads.Send(ctx, ch, 1) },
			"Shutdown":      func(ctx context.Context) error { return threads.ShutdownDefaultExecutor(ctx, 0) },
			"derived":       func(ctx context.Context) error { return tasks.Sleep(context.WithValue(ctx, key{}, 1), 1) },
			"WithoutCancel": func(ctx context.Context) error { return tasks.Sleep(context.WithoutCancel(ctx), 1) },
			"WithCancel": func(ctx context.Context) error {
				ctx, cancel := context.WithCancel(ctx)
				defer cancel()
				return tasks.Sleep(ctx, 1)
			},
		} {
			_, err := threads.ToThread(ctx, func(ctx context.Context) (int, error) { return 0, await(ctx) })
			if !errors.Is(err, coro.ErrNoTask) {
				t.Errorf("%s: %v, want ErrNoTask", name, err)
			}
		}
		equal(t, "the lock is locked", lock.Locked(), false)
		job.Cancel()
		_, err := job.Await(ctx)
		fails(t, "the job", err, "cancelled()")
	})
}

func nobody(context.Context, *taskgroups.Group) error { return nil }

// What would use the loop without waiting is a bug, and says so.
func TestUseOfTheLoopOnAnotherGoroutine(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		for name, use := range map[string]func(ctx context.Context){
			"CreateTask":    func(ctx context.Context) { tasks.Create(ctx, value(1)) },
			"NewFuture":     func(ctx context.Context) { futures.New[int](ctx) },
			"Gather":        func(ctx context.Context) { tasks.Gather(ctx, tasks.Coro(value(1))) },
			"RunInExecutor": func(ctx context.Context) { threads.RunInExecutor(ctx, nil, value(1)) },
			"WithTimeout": func(ctx context.Context) {
				timeouts.Run(ctx, 1, func(context.Context) error { return nil })
			},
		} {
			_, err := threads.ToThread(ctx, func(ctx context.Context) (int, error) { use(ctx); return 0, nil })
			var p *coro.PanicError
			if !errors.As(err, &p) || !strings.HasPrefix(p.Error(), "asyncio: panic: asyncio: the loop was used on another goroutine") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// The function finds the loop, for Submit; and may run one of its own.
func TestLoopsOnAnotherGoroutine(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		l := eventloop.FromContext(ctx)
		v, err := threads.ToThread(ctx, func(ctx context.Context) (int, error) {
			equal(t, "it finds the loop", eventloop.FromContext(ctx) == l, true)
			return runners.RunValue(ctx, func(ctx context.Context) (int, error) {
				equal(t, "inside it finds the other", eventloop.FromContext(ctx) == l, false)
				return threads.ToThread(ctx, value(7))
			}, runners.WithVirtualTime())
		})
		outcome(t, "ToThread", v, err, 7)
	})
}

// What the function's ctx says of its end: it has the deadline of a ctx derived with
// one, and ends when the function has returned.
func TestContextOfTheFunction(t *testing.T) {
	leak.Check(t)
	bubble(t, func(ctx context.Context) {
		limited, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		want, _ := limited.Deadline()
		var kept context.Context
		_, err := threads.ToThread(limited, func(ctx context.Context) (int, error) {
			kept = ctx
			got, ok := ctx.Deadline()
			equal(t, "deadline", got, want)
			equal(t, "has one, has ended", []bool{ok, ctx.Err() != nil}, []bool{true, false})
			derived, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			<-derived.Done()
			equal(t, "the ctx has ended with a derived one", ctx.Err() != nil, false)
			return 0, nil
		})
		fails(t, "ToThread", err, "nil")
		fails(t, "the ctx after that", kept.Err(), "context canceled")
		_, err = threads.ToThread(ctx, func(ctx context.Context) (int, error) {
			_, ok := ctx.Deadline()
			equal(t, "the task's own ctx has a deadline", ok, false)
			return 0, nil
		})
		fails(t, "ToThread", err, "nil")
	})
}

// Cleanup in a task that was cancelled gets a ctx that is open.
func TestToThreadInCleanup(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Go(ctx, func(ctx context.Context) error {
			err := tasks.Sleep(ctx, time.Hour)
			v, flushed := threads.ToThread(ctx, func(ctx context.Context) (int, error) { return 1, ctx.Err() })
			outcome(t, "the cleanup", v, flushed, 1)
			return err
		})
		turns(ctx, 2)
		task.Cancel()
		_, err := task.Await(ctx)
		fails(t, "the task", err, "cancelled()")
	})
}

// Outside the task of its ctx it fails before anything is started.
func TestToThreadInTheWrongPlace(t *testing.T) {
	leak.Check(t)
	var ended context.Context
	run(t, func(ctx context.Context) {
		ended = ctx
		l := eventloop.FromContext(ctx)
		expired, cancel := context.WithCancel(ctx)
		cancel()
		fn := func(context.Context) (int, error) { t.Error("the function was called"); return 0, nil }
		_, err := threads.ToThread(expired, fn)
		fails(t, "with a ctx that has ended", err, "context canceled")
		_, err = threads.ToThread(l.Context(ctx), fn)
		fails(t, "in a callback", err, coro.ErrNoTask.Error())
		other := tasks.Go(ctx, func(ctx context.Context) error { return tasks.Sleep(ctx, 1) })
		_, err = threads.ToThread(other.Context(), fn)
		var wrong *tasks.WrongTaskError
		equal(t, "with another task's ctx: a WrongTaskError", errors.As(err, &wrong), true)
		equal(t, "without a function", panics(func() { threads.ToThread[int](ctx, nil) }), "asyncio: ToThread of a nil function")
		equal(t, "without a function", panics(func() { threads.RunInExecutor[int](ctx, nil, nil) }), "asyncio: RunInExecutor of a nil function")
	})
	_, err := threads.ToThread(ended, value(1))
	fails(t, "after the run", err, eventloop.ErrLoopClosed.Error())
}
