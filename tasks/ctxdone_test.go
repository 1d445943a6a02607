package tasks_test

// More about contexts: awaits that need not wait, and what other packages see of
// a task's ctx.

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/coro"
	"github.com/goasyncio/asyncio/eventloop"
	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
	"github.com/goasyncio/asyncio/timeouts"
)

// An await fails on a ctx that has ended, or is not the task's, even if what it
// awaits is done: a program must not depend on who was first.
func TestAwaitOfWhatIsDoneByContext(t *testing.T) {
	type await = func(ctx context.Context, fut *futures.Future[int], task *tasks.Task[int]) error
	awaits := map[string]await{
		"Future": func(ctx context.Context, fut *futures.Future[int], _ *tasks.Task[int]) error {
			_, err := fut.Await(ctx)
			return err
		},
		"Task": func(ctx context.Context, _ *futures.Future[int], task *tasks.Task[int]) error {
			_, err := task.Await(ctx)
			return err
		},
		"Gather": func(ctx context.Context, fut *futures.Future[int], task *tasks.Task[int]) error {
			_, err := tasks.Gather(ctx, fut, task).Await(ctx)
			return err
		},
		"Gather of nothing": func(ctx context.Context, _ *futures.Future[int], _ *tasks.Task[int]) error {
			_, err := tasks.Gather[int](ctx).Await(ctx)
			return err
		},
		"Shield": func(ctx context.Context, fut *futures.Future[int], _ *tasks.Task[int]) error {
			_, err := tasks.Shield(ctx, fut).Await(ctx)
			return err
		},
		"Sleep": func(ctx context.Context, _ *futures.Future[int], _ *tasks.Task[int]) error {
			return tasks.Sleep(ctx, 0)
		},
		"Wait": func(ctx context.Context, fut *futures.Future[int], _ *tasks.Task[int]) error {
			_, _, err := tasks.Wait(ctx, []*futures.Future[int]{fut}, tasks.AllCompleted, time.Second)
			return err
		},
		"WaitFor": func(ctx context.Context, fut *futures.Future[int], _ *tasks.Task[int]) error {
			_, err := tasks.WaitFor(ctx, fut, time.Second)
			return err
		},
		"WaitFor without time": func(ctx context.Context, fut *futures.Future[int], _ *tasks.Task[int]) error {
			_, err := tasks.WaitFor(ctx, fut, 0)
			return err
		},
		"AsCompleted": func(ctx context.Context, fut *futures.Future[int], _ *tasks.Task[int]) error {
			all := tasks.AsCompleted(ctx, tasks.NoTimeout, fut)
			turns(tasks.Current(ctx).(*tasks.Task[struct{}]).Context(), 1) // it is there to be taken
			for _, err := range all.Results(ctx) {
				return err
			}
			return errTest
		},
		"Timeout": func(ctx context.Context, fut *futures.Future[int], _ *tasks.Task[int]) error {
			return timeouts.Run(ctx, time.Second, func(ctx context.Context) error {
				_, err := fut.Await(ctx)
				return err
			})
		},
	}
	for _, row := range []struct {
		name   string
		derive func(own, other context.Context) context.Context
		want   string
	}{
		{"own", func(own, _ context.Context) context.Context { return own }, "nil"},
		{"own with a value", func(own, _ context.Context) context.Context {
			return context.WithValue(own, key{}, 1)
		}, "nil"},
		{"own after a cancellation", func(own, _ context.Context) context.Context {
			tasks.Current(own).Cancel()
			tasks.Sleep(own, 0)
			return own
		}, "nil"},
		{"WithTimeout, live", func(own, _ context.Context) context.Context {
			ctx, cancel := context.WithTimeout(own, time.Hour)
			eventloop.FromContext(own).CallLater(time.Second, cancel)
			return ctx
		}, "nil"},
		{"WithTimeout, expired", func(own, _ context.Context) context.Context {
			ctx, cancel := context.WithTimeout(own, -1)
			cancel()
			return ctx
		}, context.DeadlineExceeded.Error()},
		{"WithCancel, cancelled", func(own, _ context.Context) context.Context {
			ctx, cancel := context.WithCancel(own)
			cancel()
			return ctx
		}, context.Canceled.Error()},
		{"values of WithCancel, cancelled", func(own, _ context.Context) context.Context {
			ctx, cancel := context.WithCancel(own)
			cancel()
			return context.WithValue(ctx, key{}, 1)
		}, context.Canceled.Error()},
		{"WithoutCancel of WithCancel, cancelled", func(own, _ context.Context) context.Context {
			ctx, cancel := context.WithCancel(own)
			cancel()
			return context.WithoutCancel(ctx)
		}, "nil"},
		{"another task's", func(_, other context.Context) context.Context { return other },
			"wrong task(owner other, running victim)"},
		{"the loop's", func(own, _ context.Context) context.Context {
			return eventloop.FromContext(own).Context(own)
		}, coro.ErrNoTask.Error()},
	} {
		for name, await := range awaits {
			t.Run(row.name+"/"+name, func(t *testing.T) {
				leak.Check(t)
				run(t, func(ctx context.Context) {
					fut, other := futures.New[int](ctx), tasks.Create(ctx, after(time.Second, 0), tasks.WithName("other"))
					fut.SetResult(1)
					done := tasks.Create(ctx, after(0, 1))
					done.Await(ctx)
					victim := tasks.Go(ctx, func(ctx context.Context) error {
						fails(t, "the await", await(row.derive(ctx, other.Context()), fut, done), row.want)
						fails(t, "the next await", tasks.Sleep(ctx, time.Second), "nil")
						return nil
					}, tasks.WithName("victim"))
					_, err := victim.Await(ctx)
					fails(t, "the victim", err, "nil")
				})
			})
		}
	}
}

// What an http.Client does with a ctx: it watches Done on another goroutine, and
// returns the bare ctx.Err().
func TestCancelEndsWhatWatchesTheTasksContext(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Go(ctx, func(ctx context.Context) error {
			fut := futures.New[struct{}](ctx)
			l := eventloop.FromContext(ctx)
			release := l.Hold()
			go func() {
				<-ctx.Done()
				l.CallSoonThreadsafe(func() { fut.SetError(ctx.Err()) })
			}()
			defer release()
			fails(t, "the await", tasks.Sleep(ctx, time.Hour), "cancelled(stop)")
			// The task's own awaits go on.
			_, err := fut.Await(ctx)
			fails(t, "what watched the ctx", err, context.Canceled.Error())
			equal(t, "futures.IsCancelled of that", futures.IsCancelled(err), false)
			equal(t, "tasks.IsCancelled of that", tasks.IsCancelled(ctx, err), true)
			return err
		})
		turns(ctx, 2)
		task.Cancel("stop")
		_, err := task.Await(ctx)
		equal(t, "Cancelled", task.Cancelled(), true)
		equal(t, "its error is a cancellation everywhere", futures.IsCancelled(err), true)
	})
}

func TestCauseOfACancelledTask(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Go(ctx, func(ctx context.Context) error {
			derived, cancel := context.WithCancel(ctx)
			defer cancel()
			equal(t, "Cause before", context.Cause(ctx), nil)
			err := tasks.Sleep(ctx, time.Hour)
			for name, ctx := range map[string]context.Context{"own": ctx, "derived": derived} {
				fails(t, name+" Err", ctx.Err(), context.Canceled.Error())
				fails(t, name+" Cause", context.Cause(ctx), "cancelled(why)")
			}
			return err
		})
		turns(ctx, 1)
		task.Cancel("why")
		task.Cancel("and why again")
		task.Await(ctx)
		fails(t, "Cause after the end", context.Cause(task.Context()), "cancelled(why)")
	})
}

// The ctx of a task that has ended is closed, whoever asks first.
func TestContextEndsWithItsTask(t *testing.T) {
	for _, asked := range []bool{false, true} {
		leak.Check(t)
		run(t, func(ctx context.Context) {
			var inner context.Context
			tasks.Go(ctx, func(ctx context.Context) error {
				inner = ctx
				if asked {
					equal(t, "closed while it runs", closed(t, ctx), false)
				}
				return nil
			}).Await(ctx)
			equal(t, "closed after it", closed(t, inner), true)
			derived, cancel := context.WithTimeout(inner, time.Hour)
			defer cancel()
			equal(t, "a derived one", closed(t, derived), true)
		})
	}
}

// A closed ctx does not open again: what follows an Uncancel takes one without
// the cancellation.
func TestUncancelDoesNotReopenTheContext(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		task := tasks.Go(context.WithValue(ctx, key{}, "v"), func(ctx context.Context) error {
			fails(t, "the sleep", tasks.Sleep(ctx, time.Hour), "cancelled()")
			tasks.Current(ctx).Uncancel()
			equal(t, "own closed", closed(t, ctx), true)
			open := context.WithoutCancel(ctx)
			equal(t, "closed", closed(t, open), false)
			equal(t, "value", open.Value(key{}), any("v"))
			limited, cancel := context.WithCancel(open)
			defer cancel()
			fails(t, "the await on it", tasks.Sleep(limited, 0), "nil")
			return timeouts.Run(open, time.Hour, func(ctx context.Context) error {
				equal(t, "scope closed", closed(t, ctx), false)
				return tasks.Sleep(ctx, time.Second)
			})
		})
		turns(ctx, 1)
		task.Cancel()
		_, err := task.Await(ctx)
		fails(t, "the task", err, "nil")
	})
}

// No context derived from a task's takes a goroutine to watch it.
func TestDerivedContextsTakeNoGoroutine(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		timeouts.Run(ctx, time.Hour, func(scope context.Context) error {
			for _, parent := range []context.Context{ctx, scope, context.WithValue(scope, key{}, 1)} {
				started := leak.Count()
				derived, cancel := context.WithCancel(parent)
				equal(t, "goroutines", started(), 0)
				cancel()
				equal(t, "Err", errors.Is(derived.Err(), context.Canceled), true)
				equal(t, "Err of the parent", parent.Err(), nil)
			}
			return nil
		})
	})
}
