package tasks_test

// What is not allowed, and how it is told.

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/runners"
	"github.com/goasyncio/asyncio/tasks"
)

// Program bugs panic with a sentence.
func TestProgramBugsPanic(t *testing.T) {
	const noLoop = "asyncio: ctx has no event loop; pass the ctx that the task's function received"
	bg := context.Background()
	for _, tt := range []struct {
		name string
		do   func(ctx context.Context)
		want string
	}{
		{"Sleep without a loop", func(context.Context) { tasks.Sleep(bg, time.Second) }, noLoop},
		{"Sleep(0) without a loop", func(context.Context) { tasks.Sleep(bg, 0) }, noLoop},
		{"Create without a loop", func(context.Context) { tasks.Create(bg, after(0, 0)) }, noLoop},
		{"Current without a loop", func(context.Context) { tasks.Current(bg) }, noLoop},
		{"All without a loop", func(context.Context) { tasks.All(bg) }, noLoop},
		{"Gather without a loop", func(context.Context) { tasks.Gather(bg, tasks.Coro(after(0, 0))) }, noLoop},
		{"Shield without a loop", func(ctx context.Context) { tasks.Shield(bg, tasks.Coro(after(0, 0))) }, noLoop},
		{"WaitFor without a loop", func(context.Context) { tasks.WaitFor(bg, tasks.Coro(after(0, 0)), 1) }, noLoop},
		{"Wait without a loop", func(ctx context.Context) {
			tasks.Wait(bg, tasks.All(ctx), tasks.AllCompleted, tasks.NoTimeout)
		}, noLoop},
		{"AsCompleted without a loop", func(context.Context) { tasks.AsCompleted(bg, 1, tasks.Coro(after(0, 0))) }, noLoop},
		{"futures.New without a loop", func(context.Context) { futures.New[int](bg) }, noLoop},
		{"Await of a future without a loop", func(context.Context) { new(futures.Future[int]).Await(bg) }, noLoop},
		{"Await of a task without a loop", func(ctx context.Context) { tasks.Create(ctx, after(0, 0)).Await(bg) }, noLoop},

		{"Create(nil)", func(ctx context.Context) { tasks.Create[int](ctx, nil) }, "asyncio: CreateTask of a nil function"},
		{"Go(nil)", func(ctx context.Context) { tasks.Go(ctx, nil) }, "asyncio: Go of a nil function"},
		{"Coro(nil)", func(context.Context) { tasks.Coro[int](nil) }, "asyncio: Coro of a nil function"},
		{"FromSeq(nil)", func(ctx context.Context) { tasks.FromSeq(ctx, nil) }, "asyncio: FromSeq of a nil function"},
		{"Run(nil)", func(context.Context) { runners.Run(bg, nil) }, "asyncio: Run of a nil function"},
		{"AddDoneCallback(nil)", func(ctx context.Context) {
			tasks.Create(ctx, after(0, 0)).AddDoneCallback(nil)
		}, "asyncio: AddDoneCallback of a nil function"},
		{"AddDoneCallback(nil) of a gather", func(ctx context.Context) {
			tasks.Gather[int](ctx).AddDoneCallback(nil)
		}, "asyncio: AddDoneCallback of a nil function"},
		{"Gather of nil", func(ctx context.Context) { tasks.Gather[int](ctx, nil) }, "asyncio: await of a nil Awaitable"},
		{"Shield of nil", func(ctx context.Context) { tasks.Shield[int](ctx, nil) }, "asyncio: await of a nil Awaitable"},
		{"WaitFor of nil", func(ctx context.Context) { tasks.WaitFor[int](ctx, nil, 1) }, "asyncio: await of a nil Awaitable"},
		{"WaitFor of nil without time", func(ctx context.Context) { tasks.WaitFor[int](ctx, nil, 0) }, "asyncio: await of a nil Awaitable"},
		{"SetError(nil)", func(ctx context.Context) { futures.New[int](ctx).SetError(nil) }, "asyncio: SetError(nil); use SetResult for success"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) { equal(t, "panic", panics(func() { tt.do(ctx) }), tt.want) })
		})
	}
}

// States of a run are errors.
func TestMisuseInATask(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(ctx context.Context) error
		want error
	}{
		{"SetResult twice", func(ctx context.Context) error {
			f := futures.New[int](ctx)
			f.SetResult(1)
			return f.SetResult(2)
		}, futures.ErrInvalidState},
		{"SetResult after Cancel", func(ctx context.Context) error {
			f := futures.New[int](ctx)
			f.Cancel()
			return f.SetResult(2)
		}, futures.ErrInvalidState},
		{"Result too early", func(ctx context.Context) error {
			_, err := futures.New[int](ctx).Result()
			return err
		}, futures.ErrInvalidState},
		{"Run inside a task", func(ctx context.Context) error {
			return runners.Run(ctx, func(context.Context) error { return nil })
		}, eventloop.ErrLoopRunning},
		{"RunForever inside a task", func(ctx context.Context) error {
			return eventloop.FromContext(ctx).RunForever()
		}, eventloop.ErrLoopRunning},
		{"Close inside a task", func(ctx context.Context) error {
			return eventloop.FromContext(ctx).Close()
		}, eventloop.ErrLoopRunning},
		{"await of a coroutine twice", func(ctx context.Context) error {
			c := tasks.Coro(after(0, 0))
			c.Await(ctx)
			_, err := c.Await(ctx)
			return err
		}, tasks.ErrReused},
		{"Gather of a coroutine that has run", func(ctx context.Context) error {
			c := tasks.Coro(after(0, 0))
			c.Await(ctx)
			_, err := tasks.Gather(ctx, c).Await(ctx)
			return err
		}, tasks.ErrReused},
		{"await of a coroutine that is a task", func(ctx context.Context) error {
			c := tasks.Coro(after(0, 0))
			tasks.Gather(ctx, c).Await(ctx)
			_, err := c.Await(ctx)
			return err
		}, tasks.ErrReused},
		{"Wait for nothing", func(ctx context.Context) error {
			_, _, err := tasks.Wait[tasks.Any](ctx, nil, tasks.AllCompleted, 0)
			return err
		}, tasks.ErrNothingToWaitFor},
		{"await on the loop's ctx", func(ctx context.Context) error {
			return tasks.Sleep(eventloop.FromContext(ctx).Context(ctx), time.Second)
		}, coro.ErrNoTask},
		{"generator that yields a foreign future", func(ctx context.Context) error {
			other := eventloop.New()
			defer other.Close()
			_, err := tasks.FromSeq(ctx, func(context.Context) coro.Seq {
				return func(yield func(coro.Awaitable) bool) { yield(futures.On[int](other)) }
			}).Await(ctx)
			return err
		}, eventloop.ErrForeignLoop},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				fails(t, "the call", tt.do(ctx), describe(tt.want))
				fails(t, "the next await", tasks.Sleep(ctx, time.Second), "nil")
			})
		})
	}
}

// foreignUses are the ways to get a future of another loop, or of none, into a
// primitive.
var foreignUses = map[string]func(ctx context.Context, f *futures.Future[int]) error{
	"Await": func(ctx context.Context, f *futures.Future[int]) error { _, err := f.Await(ctx); return err },
	"Gather": func(ctx context.Context, f *futures.Future[int]) error {
		_, err := tasks.Gather(ctx, tasks.Coro(after(time.Second, 1)), f).Await(ctx)
		return err
	},
	"GatherSettled": func(ctx context.Context, f *futures.Future[int]) error {
		res, err := tasks.GatherSettled(ctx, f, tasks.Coro(after(time.Second, 1))).Await(ctx)
		if err != nil {
			return err
		}
		return res[0].Err
	},
	"Shield": func(ctx context.Context, f *futures.Future[int]) error {
		_, err := tasks.Shield(ctx, f).Await(ctx)
		return err
	},
	"Wait": func(ctx context.Context, f *futures.Future[int]) error {
		_, _, err := tasks.Wait(ctx, []*futures.Future[int]{futures.New[int](ctx), f}, tasks.FirstCompleted, time.Second)
		return err
	},
	"WaitFor": func(ctx context.Context, f *futures.Future[int]) error {
		_, err := tasks.WaitFor(ctx, f, time.Second)
		return err
	},
	"AsCompleted": func(ctx context.Context, f *futures.Future[int]) error {
		for _, err := range tasks.AsCompleted(ctx, tasks.NoTimeout, f).Results(ctx) {
			return err
		}
		return errTest
	},
}

// A future of another loop is an error, and is left alone.
func TestForeignFutures(t *testing.T) {
	for name, use := range foreignUses {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			other := eventloop.New()
			defer other.Close()
			f := futures.On[int](other)
			run(t, func(ctx context.Context) {
				fails(t, "the use", use(ctx, f), eventloop.ErrForeignLoop.Error())
				fails(t, "the next await", tasks.Sleep(ctx, time.Minute), "nil")
			})
			equal(t, "done", f.Done(), false)
			equal(t, "subscribed", f.Core().Subscribed(), false)
		})
	}
	t.Run("WaitFor without time", func(t *testing.T) {
		leak.Check(t)
		other := eventloop.New()
		defer other.Close()
		f := futures.On[int](other)
		run(t, func(ctx context.Context) {
			_, err := tasks.WaitFor(ctx, f, 0)
			fails(t, "WaitFor", err, eventloop.ErrForeignLoop.Error())
		})
		equal(t, "cancelled", f.Cancelled(), false)
	})
}

// A future that was not made for a loop belongs to the one that first waits for
// it.
func TestZeroFutures(t *testing.T) {
	for name, use := range foreignUses {
		t.Run(name, func(t *testing.T) {
			leak.Check(t)
			run(t, func(ctx context.Context) {
				f := new(futures.Future[int])
				eventloop.FromContext(ctx).CallLater(time.Millisecond, func() { f.SetResult(1) })
				fails(t, "the use", use(ctx, f), "nil")
			})
		})
	}
}

// After the loop has closed, whatever is asked of it fails.
func TestAfterTheLoopHasClosed(t *testing.T) {
	leak.Check(t)
	var ctx context.Context
	var fut *futures.Future[int]
	var task *tasks.Task[int]
	fails(t, "the run", runErr(func(c context.Context) error {
		ctx, fut, task = c, futures.New[int](c), tasks.Create(c, after(time.Hour, 0))
		return nil
	}), "nil")
	for name, do := range map[string]func() error{
		"Sleep":             func() error { return tasks.Sleep(ctx, time.Second) },
		"Sleep(0)":          func() error { return tasks.Sleep(ctx, 0) },
		"Await of a future": func() error { _, err := fut.Await(ctx); return err },
		"Await of a task":   func() error { _, err := task.Await(ctx); return err },
		"Create":            func() error { return tasks.Create(ctx, after(0, 0)).Err() },
		"eager Create":      func() error { return tasks.Create(ctx, after(0, 0), tasks.Eager(true)).Err() },
		"Gather":            func() error { return tasks.Gather(ctx, tasks.Coro(after(0, 0))).Err() },
		"WaitFor": func() error {
			_, err := tasks.WaitFor(ctx, fut, time.Second)
			return err
		},
		"WaitFor without time": func() error {
			_, err := tasks.WaitFor(ctx, fut, 0)
			return err
		},
		"Wait": func() error {
			_, _, err := tasks.Wait(ctx, []*futures.Future[int]{fut}, tasks.AllCompleted, time.Second)
			return err
		},
		"CallSoon": func() error { return eventloop.FromContext(ctx).CallSoon(func() {}).Err() },
		"CallSoonThreadsafe": func() error {
			_, err := eventloop.FromContext(ctx).CallSoonThreadsafe(func() {})
			return err
		},
	} {
		fails(t, name, do(), eventloop.ErrLoopClosed.Error())
	}
	equal(t, "Cancel of a task", task.Cancel(), false)
	equal(t, "Cancel of a future", fut.Cancel(), true)
	equal(t, "All", len(tasks.All(ctx)), 0)
}

// Times at the ends of what a Duration can hold.
func TestExtremeDurations(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		tasks.Sleep(ctx, time.Second) // so that now + d overflows
		for _, d := range []time.Duration{0, -1, math.MinInt64} {
			fails(t, "Sleep", tasks.Sleep(ctx, d), "nil")
			equal(t, "time", now(ctx), time.Second)
		}
		for _, d := range []time.Duration{math.MaxInt64, math.MaxInt64 - 1} {
			for name, wait := range map[string]func(ctx context.Context) error{
				"Sleep": func(ctx context.Context) error { return tasks.Sleep(ctx, d) },
				"Wait": func(ctx context.Context) error {
					_, _, err := tasks.Wait(ctx, []*futures.Future[int]{futures.New[int](ctx)}, tasks.AllCompleted, d)
					return err
				},
				"WaitFor": func(ctx context.Context) error {
					_, err := tasks.WaitFor(ctx, futures.New[int](ctx), d)
					return err
				},
				"AsCompleted": func(ctx context.Context) error {
					for _, err := range tasks.AsCompleted(ctx, d, futures.New[int](ctx)).Results(ctx) {
						return err
					}
					return nil
				},
			} {
				_, err := tasks.WaitFor(ctx, tasks.Go(ctx, wait), time.Second)
				fails(t, name, err, "timeout")
			}
		}
		equal(t, "time", now(ctx), 9*time.Second)
	})
}
