package tasks_test

// Errors of tasks that nobody looks at.

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/goasyncio/asyncio/futures"
	"github.com/goasyncio/asyncio/internal/leak"
	"github.com/goasyncio/asyncio/tasks"
)

// What counts as looking: each case fails a task called x, and deals with it.
func TestWhatCountsAsSeeingAnError(t *testing.T) {
	const unseen = "error was never retrieved: x: an error"
	for _, tt := range []struct {
		name string
		look func(ctx context.Context, x *tasks.Task[int])
		want []string
	}{
		{"nothing", func(context.Context, *tasks.Task[int]) {}, []string{unseen}},
		{"Done and Cancelled", func(_ context.Context, x *tasks.Task[int]) { x.Done(); x.Cancelled() }, []string{unseen}},
		{"Wait", func(ctx context.Context, x *tasks.Task[int]) {
			tasks.Wait(ctx, []*tasks.Task[int]{x}, tasks.AllCompleted, tasks.NoTimeout)
		}, []string{unseen}},
		{"a done callback", func(_ context.Context, x *tasks.Task[int]) { x.AddDoneCallback(func(*tasks.Task[int]) {}) }, []string{unseen}},
		{"Futures of AsCompleted", func(ctx context.Context, x *tasks.Task[int]) {
			for range tasks.AsCompleted(ctx, tasks.NoTimeout, x).Futures(ctx) {
			}
		}, []string{unseen}},

		{"Await", func(ctx context.Context, x *tasks.Task[int]) { x.Await(ctx) }, nil},
		{"Err", func(_ context.Context, x *tasks.Task[int]) { x.Err() }, nil},
		{"Result", func(_ context.Context, x *tasks.Task[int]) { x.Result() }, nil},
		{"Cancel, though it comes too late", func(_ context.Context, x *tasks.Task[int]) { x.Cancel() }, nil},
		{"Wait for the first exception", func(ctx context.Context, x *tasks.Task[int]) {
			other := tasks.Create(ctx, futures.New[int](ctx).Await)
			tasks.Wait(ctx, []*tasks.Task[int]{x, other}, tasks.FirstException, tasks.NoTimeout)
		}, nil},
		{"Gather", func(ctx context.Context, x *tasks.Task[int]) { tasks.Gather(ctx, x).Await(ctx) }, nil},
		{"GatherSettled", func(ctx context.Context, x *tasks.Task[int]) { tasks.GatherSettled(ctx, x).Await(ctx) }, nil},
		{"WaitFor", func(ctx context.Context, x *tasks.Task[int]) { tasks.WaitFor(ctx, x, time.Second) }, nil},
		{"Results of AsCompleted", func(ctx context.Context, x *tasks.Task[int]) {
			for range tasks.AsCompleted(ctx, tasks.NoTimeout, x).Results(ctx) {
			}
		}, nil},
		{"a gather that nobody awaits", func(ctx context.Context, x *tasks.Task[int]) { tasks.Gather(ctx, x) },
			[]string{"error was never retrieved: a gather: an error"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leak.Check(t)
			var r reports
			fails(t, "the run", runErr(func(ctx context.Context) error {
				x := tasks.Create(ctx, failing(0, errTest), tasks.WithName("x"))
				turns(ctx, 2)
				tt.look(ctx, x)
				equal(t, "reports before the end", r.lines, nil)
				return nil
			}, r.option()), "nil")
			equal(t, "reports", r.lines, tt.want)
		})
	}
}

// They are reported when the loop closes, oldest first, and each once.
func TestUnseenErrorsAreReportedAtTheEnd(t *testing.T) {
	leak.Check(t)
	var r reports
	fails(t, "the run", runErr(func(ctx context.Context) error {
		for _, name := range []string{"c", "a", "b"} {
			tasks.Create(ctx, failing(0, errTest), tasks.WithName(name))
		}
		return tasks.Sleep(ctx, time.Second)
	}, r.option()), "nil")
	equal(t, "reports", r.lines, []string{
		"error was never retrieved: c: an error", "error was never retrieved: a: an error", "error was never retrieved: b: an error"})
}

// A cancelled task is no error that somebody should have seen.
func TestCancelledTasksAreNotReported(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		for range 3 {
			tasks.Create(ctx, after(time.Hour, 0)).Cancel()
		}
		tasks.Create(ctx, after(time.Hour, 0)) // by the end of Run
		turns(ctx, 2)
	})
}

// One that fails while the end of Run cancels it is reported as that.
func TestErrorDuringShutdown(t *testing.T) {
	leak.Check(t)
	var r reports
	fails(t, "the run", runErr(func(ctx context.Context) error {
		tasks.Create(ctx, func(ctx context.Context) (int, error) {
			tasks.Sleep(ctx, time.Hour)
			return 0, errTest
		}, tasks.WithName("left"))
		return tasks.Sleep(ctx, 0)
	}, r.option()), "nil")
	equal(t, "reports", r.lines, []string{"error in a task cancelled at shutdown: left: an error"})
}

// In a long run the report does not wait for the end: it comes once the task has
// been collected.
func TestUnseenErrorOfACollectedTask(t *testing.T) {
	leak.Check(t)
	var r reports
	fails(t, "the run", runErr(func(ctx context.Context) error {
		tasks.Create(ctx, failing(0, errTest), tasks.WithName("lost"))
		turns(ctx, 3)
		for range 1000 {
			runtime.GC()
			runtime.Gosched() // for the goroutine of the cleanups
			turns(ctx, 1)
			if len(r.lines) > 0 {
				break
			}
		}
		equal(t, "reports during the run", r.lines, []string{"error was never retrieved: lost: an error"})
		return nil
	}, r.option()), "nil")
	equal(t, "reports", len(r.lines), 1)
}

// A failed child's error belongs to the one who awaits it, even if that one is
// cancelled in the same moment.
func TestErrorOfAChildWhoseParentIsCancelled(t *testing.T) {
	leak.Check(t)
	run(t, func(ctx context.Context) {
		fut := futures.New[int](ctx)
		child := tasks.Create(ctx, fut.Await)
		parent := tasks.Create(ctx, child.Await)
		turns(ctx, 2)
		fut.SetError(errTest)
		turns(ctx, 1) // the child has failed, and the parent is to be woken
		parent.Cancel()
		_, err := parent.Await(ctx)
		fails(t, "the parent", err, "cancelled()")
	})
}
